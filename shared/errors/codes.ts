// Every way Airlock can fail: one row a code. The row decides the exit code, who is to blame and whether a retry helps.

/** Where the failure lies: the registry or server we read from, the bundle, the registry we write to, or this machine. */
export type Side = 'source' | 'bundle' | 'target' | 'machine' | 'input' | 'airlock';

/** never: a repeat cannot help. backoff: the same request may succeed later. refetch: the bytes must be read again. */
export type Retry = 'never' | 'backoff' | 'refetch';

export interface ErrorRule {
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 70 | 130;
  readonly side: Side;
  readonly retry: Retry;
}

export const ERRORS = {
  // Input: found before anything starts.
  USAGE: { exit: 2, side: 'input', retry: 'never' },
  LIST_INVALID: { exit: 2, side: 'input', retry: 'never' },
  LOCK_INVALID: { exit: 2, side: 'input', retry: 'never' },
  LOCK_UNPINNED: { exit: 2, side: 'input', retry: 'never' },
  REFERENCE_INVALID: { exit: 2, side: 'input', retry: 'never' },
  REFERENCE_NOT_FOUND: { exit: 2, side: 'source', retry: 'never' },
  CONTENT_NOT_FOUND: { exit: 2, side: 'source', retry: 'never' },
  PLATFORM_NOT_FOUND: { exit: 2, side: 'source', retry: 'never' },
  REFERENCE_CONFLICT: { exit: 2, side: 'input', retry: 'never' },
  SOURCE_UNSUPPORTED: { exit: 2, side: 'source', retry: 'never' },
  CHART_INVALID: { exit: 2, side: 'source', retry: 'never' },
  ARCHIVE_INVALID: { exit: 2, side: 'source', retry: 'never' },
  CHECKSUM_UNUSABLE: { exit: 2, side: 'source', retry: 'never' },
  LIMIT_EXCEEDED: { exit: 2, side: 'input', retry: 'never' },
  SECRET_MISSING: { exit: 2, side: 'input', retry: 'never' },
  NOTHING_SELECTED: { exit: 2, side: 'input', retry: 'never' },
  PLACE_TAKEN: { exit: 2, side: 'machine', retry: 'never' },
  NOT_A_BUNDLE: { exit: 2, side: 'bundle', retry: 'never' },
  FORMAT_UNSUPPORTED: { exit: 2, side: 'bundle', retry: 'never' },
  TARGET_CONFLICT: { exit: 2, side: 'input', retry: 'never' },
  TAG_CONFLICT: { exit: 1, side: 'target', retry: 'never' },
  SOME_ITEMS_FAILED: { exit: 1, side: 'input', retry: 'never' },
  // A registry or server refused.
  UNAUTHORIZED: { exit: 3, side: 'target', retry: 'never' },
  DENIED: { exit: 3, side: 'target', retry: 'never' },
  QUOTA_EXCEEDED: { exit: 3, side: 'target', retry: 'never' },
  TAG_IMMUTABLE: { exit: 3, side: 'target', retry: 'never' },
  CONTENT_REFUSED: { exit: 3, side: 'target', retry: 'never' },
  TOO_LARGE: { exit: 3, side: 'target', retry: 'never' },
  CREDENTIAL_HELPER_FAILED: { exit: 3, side: 'machine', retry: 'never' },
  REALM_REFUSED: { exit: 3, side: 'target', retry: 'never' },
  PROXY_LOGIN: { exit: 3, side: 'machine', retry: 'never' },
  // The network, or a registry that has had enough.
  HOST_UNKNOWN: { exit: 4, side: 'source', retry: 'backoff' },
  HOST_UNREACHABLE: { exit: 4, side: 'source', retry: 'backoff' },
  TLS_UNTRUSTED: { exit: 4, side: 'source', retry: 'never' },
  CONNECTION_LOST: { exit: 4, side: 'source', retry: 'backoff' },
  STALLED: { exit: 4, side: 'source', retry: 'backoff' },
  RATE_LIMITED: { exit: 4, side: 'source', retry: 'backoff' },
  SERVER_FAULT: { exit: 4, side: 'source', retry: 'backoff' },
  PROTOCOL: { exit: 4, side: 'source', retry: 'never' },
  UPLOAD_LOST: { exit: 4, side: 'target', retry: 'backoff' },
  BLOB_UNKNOWN: { exit: 4, side: 'target', retry: 'backoff' },
  // Integrity.
  DIGEST_MISMATCH: { exit: 5, side: 'source', retry: 'refetch' },
  SIZE_MISMATCH: { exit: 5, side: 'source', retry: 'refetch' },
  SOURCE_CHANGED: { exit: 5, side: 'source', retry: 'never' },
  MANIFEST_AMBIGUOUS: { exit: 5, side: 'source', retry: 'never' },
  BUNDLE_DAMAGED: { exit: 5, side: 'bundle', retry: 'never' },
  BUNDLE_INCOMPLETE: { exit: 5, side: 'bundle', retry: 'never' },
  BUNDLE_TRUNCATED: { exit: 5, side: 'bundle', retry: 'never' },
  BLOB_MISSING: { exit: 5, side: 'bundle', retry: 'never' },
  TARGET_DIGEST: { exit: 5, side: 'target', retry: 'never' },
  // This machine and its media.
  DISK_FULL: { exit: 6, side: 'machine', retry: 'never' },
  READ_ONLY: { exit: 6, side: 'machine', retry: 'never' },
  NO_ACCESS: { exit: 6, side: 'machine', retry: 'never' },
  FILE_NOT_FOUND: { exit: 2, side: 'machine', retry: 'never' },
  MEDIUM_LIMIT: { exit: 6, side: 'machine', retry: 'never' },
  LOCAL_IO: { exit: 6, side: 'machine', retry: 'never' },
  PORT_IN_USE: { exit: 6, side: 'machine', retry: 'never' },
  IN_USE: { exit: 6, side: 'machine', retry: 'never' },
  DAEMON_UNREACHABLE: { exit: 6, side: 'machine', retry: 'never' },
  // Refused by a rule of this machine.
  HOST_NOT_NAMED: { exit: 7, side: 'machine', retry: 'never' },
  // Outcomes and faults.
  ENGINE_GONE: { exit: 70, side: 'airlock', retry: 'never' },
  BAD_CALL: { exit: 70, side: 'airlock', retry: 'never' },
  CANCELLED: { exit: 130, side: 'input', retry: 'never' },
  INTERNAL: { exit: 70, side: 'airlock', retry: 'never' },
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof ERRORS;

/** The exit code of a run in which no item was done: the class all failures share, else 1; 5 and 7 win (DESIGN §5). */
export function exitOf(codes: readonly ErrorCode[]): number {
  const exits = new Set<number>(codes.map((code) => ERRORS[code].exit));
  if (exits.has(7)) return 7;
  if (exits.has(5)) return 5;
  const [only] = exits;
  return exits.size === 1 && only !== undefined ? only : 1;
}
