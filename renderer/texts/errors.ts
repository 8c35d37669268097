// What went wrong, in the words of the stations: a title for each code, and what to do next on these screens.
import type { ErrorCode } from '../../shared/errors/codes.ts';
import type { WireError } from '../../shared/errors/wire.ts';

export const errorTexts = {
  where: 'Where',
  next: 'Next',
  details: 'Technical details',
  copyDetails: 'Copy',
  here: ', here',
  tried: (times: number) => ` Airlock tried ${times} times.`,
  places: { source: 'Source', machine: 'This machine', bundle: 'Bundle', target: 'Target' },
} as const;

interface Words {
  readonly title: string;
  readonly next: string;
}

const AGAIN = 'Try again. What is done is kept and not fetched or sent twice.';
const REPACK = 'Copy the bundle again from where it was packed, and check it once more.';

const WORDS = {
  USAGE: { title: 'Something is missing or cannot be read', next: 'Change what the message names.' },
  LIST_INVALID: {
    title: 'The list cannot be read',
    next: 'Mend the line that the message names, then open the list again.',
  },
  LOCK_INVALID: { title: 'The lock cannot be read', next: 'Lock the list again.' },
  LOCK_UNPINNED: {
    title: 'The lock names a file without a digest',
    next: 'Lock the list again; every file is then read once.',
  },
  REFERENCE_INVALID: {
    title: 'This names no image and no registry',
    next: 'Write an image as registry.example/team/app:1.0, a registry as registry.example:5000.',
  },
  REFERENCE_NOT_FOUND: {
    title: 'It is not there',
    next: 'Check the spelling, the tag and whether a login is needed to see it.',
  },
  CONTENT_NOT_FOUND: {
    title: 'The source lacks a part of it',
    next: 'Ask whoever keeps the source to push it again.',
  },
  PLATFORM_NOT_FOUND: {
    title: 'It is not there for this platform',
    next: 'Choose a platform that the message names, or leave the item out.',
  },
  REFERENCE_CONFLICT: {
    title: 'Two items have one name',
    next: 'Give one of them another name, or leave it out.',
  },
  SOURCE_UNSUPPORTED: {
    title: 'This kind of content cannot be carried',
    next: 'Ask its maker for a current format.',
  },
  CHART_INVALID: {
    title: 'The chart cannot be read',
    next: 'Download the chart again, or ask its maker for a correct one.',
  },
  ARCHIVE_INVALID: {
    title: 'The archive cannot be read',
    next: 'Save the archive again with docker save or skopeo.',
  },
  CHECKSUM_UNUSABLE: {
    title: 'The checksum file is of no use',
    next: 'State the sha256 of the file in the list.',
  },
  LIMIT_EXCEEDED: { title: 'It is larger than Airlock takes', next: 'Split the list into smaller ones.' },
  SECRET_MISSING: {
    title: 'A secret is missing',
    next: 'Give it when it is asked for, or set the variable that the message names.',
  },
  NOTHING_SELECTED: { title: 'Nothing is selected', next: 'Add at least one image, chart or file.' },
  PLACE_TAKEN: {
    title: 'The name is taken there',
    next: 'Give the bundle another name, or move away what is there.',
  },
  NOT_A_BUNDLE: {
    title: 'This is no bundle',
    next: 'Choose a folder NAME.airlock or a file NAME.airlock.tar.',
  },
  FORMAT_UNSUPPORTED: {
    title: 'This bundle is of a newer format',
    next: 'Use the version of Airlock that made it, or a newer one.',
  },
  TARGET_CONFLICT: {
    title: 'Two items want one name at the target',
    next: 'Give one of them another name, or leave it out.',
  },
  TAG_CONFLICT: {
    title: 'The tag names something else there',
    next: 'Keep theirs, overwrite it, or give the item another name.',
  },
  SOME_ITEMS_FAILED: {
    title: 'Some items failed',
    next: 'Mend what the failed items name and try them again; what is done is skipped.',
  },
  UNAUTHORIZED: {
    title: 'The login was not accepted',
    next: 'Give a login for this registry in Settings, Registries, then try again.',
  },
  DENIED: {
    title: 'The registry refused it',
    next: 'Ask whoever keeps the registry for the permission that the message names.',
  },
  QUOTA_EXCEEDED: {
    title: 'The registry has no room left',
    next: 'Ask whoever keeps the registry for more room, then try again.',
  },
  TAG_IMMUTABLE: { title: 'The registry lets no tag be moved', next: 'Import under another name or prefix.' },
  CONTENT_REFUSED: {
    title: 'The registry does not take this kind of content',
    next: 'Ask whoever keeps the registry to allow it, or leave the item out.',
  },
  TOO_LARGE: {
    title: 'Something before the registry refused the size',
    next: 'Ask whoever keeps it to raise the body limit of its proxy.',
  },
  CREDENTIAL_HELPER_FAILED: {
    title: 'The credential helper failed',
    next: 'Give the login in Settings, Registries, or mend the helper.',
  },
  REALM_REFUSED: {
    title: 'The registry sends logins to an unsafe place',
    next: 'Ask whoever keeps the registry to check its external address.',
  },
  PROXY_LOGIN: {
    title: 'The proxy wants a login',
    next: 'Start Airlock with HTTPS_PROXY=http://user:password@proxy:port in its environment; Settings keep no password.',
  },
  HOST_UNKNOWN: {
    title: 'There is no host of this name',
    next: 'Check the spelling, and the name service of this machine.',
  },
  HOST_UNREACHABLE: {
    title: 'The host does not answer',
    next: 'Check that it runs, the port is right, and no firewall lies between.',
  },
  TLS_UNTRUSTED: {
    title: 'The certificate is not trusted',
    next: 'Add its authority in Settings, Certificates, and choose it for this registry.',
  },
  CONNECTION_LOST: { title: 'The connection broke off', next: AGAIN },
  STALLED: { title: 'No byte came for too long', next: AGAIN },
  RATE_LIMITED: {
    title: 'The registry asked to wait',
    next: 'Log in for a higher limit, or try again later. What is done is kept.',
  },
  SERVER_FAULT: { title: 'The host met a fault of its own', next: 'Try again later. What is done is kept.' },
  PROTOCOL: {
    title: 'The host does not answer as a registry',
    next: 'Check the address, and that no proxy answers in its place.',
  },
  UPLOAD_LOST: { title: 'The registry lost the upload', next: AGAIN },
  BLOB_UNKNOWN: {
    title: 'The registry lost a blob it had taken',
    next: 'Try again. If it comes back, its replicas do not share their storage.',
  },
  DIGEST_MISMATCH: {
    title: 'Other bytes came than the digest names',
    next: 'Try again, perhaps without the proxy. If it comes back, do not use this source.',
  },
  SIZE_MISMATCH: {
    title: 'The size is not what was named',
    next: 'Try again, perhaps without the proxy. If it comes back, do not use this source.',
  },
  SOURCE_CHANGED: {
    title: 'The source holds something else by now',
    next: 'Find out why it changed, then lock again to accept it.',
  },
  MANIFEST_AMBIGUOUS: { title: 'The manifest can be read in two ways', next: 'Do not use this content.' },
  BUNDLE_DAMAGED: { title: 'The bundle is damaged', next: `Do not import it. ${REPACK}` },
  BUNDLE_INCOMPLETE: { title: 'The bundle is not whole', next: REPACK },
  BUNDLE_TRUNCATED: {
    title: 'The bundle ends too early',
    next: `${REPACK} Check the room on the medium first.`,
  },
  BLOB_MISSING: { title: 'A blob is missing from the bundle', next: REPACK },
  TARGET_DIGEST: {
    title: 'The registry keeps other bytes than were sent',
    next: 'Do not use this item there. Tell whoever keeps the registry.',
  },
  DISK_FULL: {
    title: 'There is no room left',
    next: 'Free room or choose another medium, then go on. Finished blobs are kept.',
  },
  READ_ONLY: {
    title: 'It cannot be written to',
    next: 'Switch off the write protection of the medium, or choose another place.',
  },
  NO_ACCESS: {
    title: 'This user may not use that path',
    next: 'Choose another place, or run Airlock as a user who may.',
  },
  FILE_NOT_FOUND: { title: 'The path is not there', next: 'Check the path, and that the medium is in.' },
  MEDIUM_LIMIT: {
    title: 'The file system of the medium has a limit',
    next: 'Use a medium with exFAT, ext4, NTFS or APFS, choose the other form, or split the list.',
  },
  LOCAL_IO: {
    title: 'The medium could not be read or written',
    next: 'Check the medium and its contact, then go on. What is done is kept.',
  },
  PORT_IN_USE: {
    title: 'The port is in use',
    next: 'Choose another port, or stop the program that holds it.',
  },
  IN_USE: { title: 'Another Airlock works on it', next: 'Wait for the other one to end, or stop it.' },
  DAEMON_UNREACHABLE: {
    title: 'The container engine does not answer',
    next: 'Start Docker or Podman, then lock again.',
  },
  HOST_NOT_NAMED: {
    title: 'This machine may not call that host',
    next: 'On the disconnected side only hosts that you name are called. Add it in Settings, Registries.',
  },
  ENGINE_GONE: { title: 'The engine stopped', next: 'Go on with the job. What was finished is kept.' },
  BAD_CALL: { title: 'A call was refused', next: 'Report it with the details. Nothing was started.' },
  CANCELLED: { title: 'Cancelled', next: 'Go on whenever you like. What was finished is kept.' },
  INTERNAL: {
    title: 'Airlock met a fault of its own',
    next: 'Report it with the details. What was finished is kept.',
  },
} as const satisfies Record<ErrorCode, Words>;

/** What happened, in a few words. */
export function titleOf(error: Pick<WireError, 'code'>): string {
  return WORDS[error.code].title;
}

/** What to do next, on these screens. */
export function nextOf(error: Pick<WireError, 'code'>): string {
  return WORDS[error.code].next;
}

/** How often that was tried which failed; undefined where once was enough. */
export function triedOf({ details }: Pick<WireError, 'details'>): number | undefined {
  const { attempts } = details;
  return typeof attempts === 'number' ? attempts : undefined;
}
