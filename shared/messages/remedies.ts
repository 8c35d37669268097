// What to do next, per error code. Said where the error itself carries no closer remedy.
import type { ErrorCode } from '../errors/codes.ts';

const REMEDIES = {
  USAGE: 'Run the command with --help to see how it is used.',
  LIST_INVALID: 'Correct the transfer list at the place named and run again.',
  LOCK_INVALID: 'Make the lock again with `airlock lock <list.yaml>`.',
  LOCK_UNPINNED:
    'Run `airlock pack --pin` to download and pin these files, or lock again without --no-fetch.',
  REFERENCE_INVALID: 'Write the reference as [host/]repository[:tag][@digest].',
  REFERENCE_NOT_FOUND:
    'Check the spelling and the tag; if the repository is private, log in with `airlock login`.',
  PLATFORM_NOT_FOUND: 'Name a platform that the image has, or use `index: keep` to carry all of it.',
  REFERENCE_CONFLICT: 'Keep one of the two entries, or give one of them another name.',
  SOURCE_UNSUPPORTED: 'Ask the maker of this content for a current format.',
  CHART_INVALID: 'Download the chart again, or ask its maker for a correct one.',
  ARCHIVE_INVALID: 'Save the archive again with `docker save` or `skopeo copy … oci-archive:`.',
  CHECKSUM_UNUSABLE: 'State the sha256 of the file in the list.',
  LIMIT_EXCEEDED: 'Split the transfer list into smaller ones.',
  SECRET_MISSING: 'Set the environment variable that the message names and run again.',
  NOTHING_SELECTED: 'Name at least one image, chart or file.',
  PLACE_TAKEN: 'Choose another place with -o, or move away what is there.',
  NOT_A_BUNDLE: 'Name the NAME.airlock folder or NAME.airlock.tar that `airlock pack` wrote.',
  FORMAT_UNSUPPORTED: 'Use the version of Airlock that made this bundle, or a newer one.',
  TARGET_CONFLICT: 'Use `--map keep-host`, or give one of the two items another name.',
  TAG_CONFLICT: 'Use `--tags overwrite` to move the tag, or `--tags skip` to leave it where it is.',
  SOME_ITEMS_FAILED:
    'Mend what the failed items name and run the same command again; what is done is skipped.',
  UNAUTHORIZED: 'Log in with `airlock login HOST`, then run the same command again.',
  DENIED: 'Ask the registry’s administrator for the permission that the message names.',
  QUOTA_EXCEEDED: 'Ask the registry’s administrator for more room, then run the same command again.',
  TAG_IMMUTABLE: 'Import under another tag or prefix; this registry lets no tag be moved.',
  CONTENT_REFUSED: 'Ask the registry’s administrator to allow this media type.',
  TOO_LARGE: 'Raise the body limit of the proxy before the registry (nginx: client_max_body_size 0).',
  CREDENTIAL_HELPER_FAILED: 'Run the credential helper by hand to see what it needs.',
  REALM_REFUSED: 'Check the registry’s external address: it sends logins to a place that is not safe.',
  PROXY_LOGIN: 'Put the proxy’s user and password into HTTPS_PROXY (http://user:password@host:port).',
  HOST_UNKNOWN: 'Check the spelling of the host and this machine’s DNS.',
  HOST_UNREACHABLE: 'Check that the host runs, the port is right and no firewall lies between.',
  TLS_UNTRUSTED: 'Give the registry’s certificate authority with `--ca HOST=FILE`.',
  CONNECTION_LOST: 'Run the same command again; what is done is kept.',
  STALLED: 'Run the same command again; what is done is kept.',
  RATE_LIMITED: 'Log in for a higher limit, or run the same command again later; what is done is kept.',
  SERVER_FAULT: 'Run the same command again later; what is done is kept.',
  PROTOCOL: 'Check that the host is a registry, and that no proxy answers in its place.',
  UPLOAD_LOST: 'Run the same command again; blobs already there are not sent again.',
  BLOB_UNKNOWN:
    'Run the same command again; if it repeats, the registry’s replicas do not share their storage.',
  DIGEST_MISMATCH: 'Fetch it again; if it repeats, do not use this source.',
  SIZE_MISMATCH: 'Fetch it again; if it repeats, do not use this source.',
  SOURCE_CHANGED: 'Lock again to accept what the source holds now, after finding out why it changed.',
  MANIFEST_AMBIGUOUS: 'Do not use this content: two programs would read two different things in it.',
  BUNDLE_DAMAGED: 'Do not import it. Copy the bundle again from where it was packed, and verify it.',
  BUNDLE_INCOMPLETE: 'Copy the bundle again from where it was packed, and verify it.',
  BUNDLE_TRUNCATED: 'Copy the bundle again from where it was packed, and check the room on the medium.',
  BLOB_MISSING: 'Copy the bundle again from where it was packed, and verify it.',
  TARGET_DIGEST: 'Do not use this item at the target; tell the registry’s administrator.',
  DISK_FULL: 'Free room or choose another medium, then run the same command again; finished blobs are kept.',
  READ_ONLY: 'Switch off the write protection of the medium, or choose another place with -o.',
  NO_ACCESS: 'Run as a user who may use this path, or choose another one.',
  FILE_NOT_FOUND: 'Check the path.',
  MEDIUM_LIMIT: 'Use a medium with exFAT, ext4, NTFS or APFS, or split the list.',
  LOCAL_IO: 'Check the medium and its connection, then run the same command again.',
  PORT_IN_USE: 'Choose another port with --addr, or stop the program that holds it.',
  IN_USE: 'Wait for the other Airlock to finish, or stop it.',
  DAEMON_UNREACHABLE: 'Start Docker or Podman, or set DOCKER_HOST to its socket.',
  CANCELLED: 'Run the same command again to go on.',
  INTERNAL: 'Report it with the details; nothing was lost that had been finished.',
} as const satisfies Record<ErrorCode, string>;

/** The next step for a code, one sentence. */
export function remedyOf(code: ErrorCode): string {
  return REMEDIES[code];
}
