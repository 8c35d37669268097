// What a registry tells a client that it will not do: status, error code and a sentence (distribution-spec, Error Codes).

/** The codes of the specification, and three that registries in the field share. */
export type RegistryErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'PAGINATION_NUMBER_INVALID'
  | 'TAG_INVALID'
  | 'UNKNOWN';

export interface RefusalOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly detail?: unknown;
}

/**
 * Thrown by whatever answers a request and turned into the answer by the request handler. It is part of the protocol,
 * not a failure of the server, and never leaves this room.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: RegistryErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly detail: unknown;

  constructor(status: number, code: RegistryErrorCode, message: string, options: RefusalOptions = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.detail = options.detail;
  }

  body(): string {
    const { code, message, detail } = this;
    return JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] });
  }
}
