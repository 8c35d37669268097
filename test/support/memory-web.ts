// Web servers in memory behind the client's own interface, beside the registries of memory-registry.ts.
import { digestOf } from '../../electron/engine/oci/digester.ts';
import type { ByteSource } from '../../electron/engine/oci/content-store.ts';
import type { RegistryClient } from '../../electron/engine/registry/index.ts';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import { createMemoryRegistry } from './memory-registry.ts';
import type { MemoryRegistry } from './memory-registry.ts';

export interface MemoryWeb {
  readonly client: RegistryClient;
  readonly registry: MemoryRegistry;
  /** `head` false: the server refuses HEAD. `sized` false: it names no length. */
  serve(
    url: string,
    bytes: Uint8Array | string,
    options?: { readonly head?: boolean; readonly sized?: boolean },
  ): void;
  /** Answers a URL with an error. */
  refuse(url: string, code: ErrorCode): void;
  remove(url: string): void;
  /** `GET <url>` and `HEAD <url>`, as asked for. */
  readonly requests: string[];
}

interface Page {
  readonly bytes: Buffer;
  readonly head: boolean;
  readonly sized: boolean;
}

export function createMemoryWeb(): MemoryWeb {
  const registry = createMemoryRegistry();
  const pages = new Map<string, Page>();
  const refused = new Map<string, ErrorCode>();
  const requests: string[] = [];
  const ask = (method: string, url: string): Page => {
    requests.push(`${method} ${url}`);
    const code = refused.get(url);
    if (code !== undefined) throw new AirlockError(code, `${url} was refused.`);
    const page = pages.get(url);
    if (page === undefined) throw new AirlockError('REFERENCE_NOT_FOUND', `There is nothing at ${url}.`);
    return page;
  };
  return {
    registry,
    requests,
    serve: (url, bytes, { head = true, sized = true } = {}) =>
      void pages.set(url, { bytes: Buffer.from(bytes), head, sized }),
    refuse: (url, code) => void refused.set(url, code),
    remove: (url) => void pages.delete(url),
    client: {
      ...registry.client,
      async download(url, { offset = 0 } = {}) {
        const { bytes, sized } = ask('GET', url);
        return Promise.resolve({
          size: sized ? bytes.byteLength - offset : undefined,
          etag: etagOf(bytes),
          contentType: undefined,
          body: lend(bytes.subarray(offset)),
        });
      },
      async head(url) {
        const { bytes, head, sized } = ask('HEAD', url);
        return Promise.resolve(
          head ? { size: sized ? bytes.byteLength : undefined, etag: etagOf(bytes) } : undefined,
        );
      },
    },
  };
}

/** One buffer, lent over and over. */
async function* lend(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.alloc(1000);
  for (let at = 0; at < bytes.byteLength; at += buffer.byteLength) {
    const part = bytes.subarray(at, at + buffer.byteLength);
    buffer.fill(0xee).set(part);
    yield buffer.subarray(0, part.byteLength);
  }
}

function etagOf(bytes: Uint8Array): string {
  return `"${digestOf(bytes).slice(7, 19)}"`;
}
