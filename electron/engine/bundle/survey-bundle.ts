// Everything that can be told of a bundle without reading its layers: DESIGN §6, before the first byte leaves.
import { isManifestOrIndexType, LIMIT } from '../../../shared/domain/descriptor.ts';
import type { Descriptor, Index } from '../../../shared/domain/descriptor.ts';
import { algorithmOf, blobPath, hexOf, isDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { FORMAT_MINOR } from '../../../shared/format/bundle.ts';
import type { BundleManifest } from '../../../shared/format/bundle.ts';
import { lockId } from '../content/lock-file.ts';
import { canonicalJson } from '../oci/canonical-json.ts';
import { digestOf } from '../oci/digester.ts';
import type { BlobTable } from './blob-table.ts';
import type { BundleFiles } from './bundle-files.ts';
import { readNode } from './content-graph.ts';
import type { ContentNode } from './content-graph.ts';
import type { Finding, FoundBytes, Survey } from './index.ts';
import { layOut } from './lay-out.ts';
import type { Layout } from './lay-out.ts';
import { OCI_LAYOUT } from './plan-bundle.ts';
import { FRONT_FILES, parseSums, SUMS } from './sums.ts';
import type { FrontFile } from './sums.ts';

export interface SurveyInput {
  readonly files: BundleFiles;
  readonly manifest: BundleManifest;
  readonly blobs: BlobTable;
  readonly index: Index;
  /** sha256 of the files that were read when the bundle was opened: bytes that changed since are not the ones judged. */
  readonly asOpened: ReadonlyMap<string, string>;
  readManifest(descriptor: Descriptor): Promise<Uint8Array>;
  readonly signal?: AbortSignal | undefined;
}

/** Throws only where the medium fails or the signal aborts. */
export async function surveyBundle(input: SurveyInput): Promise<Survey> {
  const { files, blobs, signal } = input;
  const findings: Finding[] = [];
  const front = await readFront(input, findings);
  const sums = checkSums(input, front, findings);
  signal?.throwIfAborted();
  const expected = (path: string) => path === SUMS || isFront(path) || sums.has(path);
  findings.push(...(await files.audit(blobs, expected, signal)));
  const unusable = new Set(findings.map(({ path }) => path));
  const manifests = await readManifests(input, unusable, findings);
  if (manifests.complete) checkAgreement(input, front, manifests.nodes, findings);
  return {
    findings: findings.sort((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path))),
    sums,
    manifests: manifests.nodes,
  };
}

/** Throws BUNDLE_INCOMPLETE where files are missing and nothing else is wrong, BUNDLE_DAMAGED for all else but litter. */
export function refuseFindings(findings: readonly Finding[], label: string): void {
  const grave = findings.filter(({ state }) => state !== 'litter');
  if (grave.length === 0) return;
  const isIncomplete = grave.every(({ state }) => state === 'missing');
  const named = grave.slice(0, 3).map(({ path, why }) => `${path} ${why}`);
  const more = grave.length > 3 ? `; and ${grave.length - 3} more` : '';
  throw new AirlockError(
    isIncomplete ? 'BUNDLE_INCOMPLETE' : 'BUNDLE_DAMAGED',
    `${label} is ${isIncomplete ? 'incomplete' : 'damaged'}: ${named.join('; ')}${more}.`,
    { details: { files: grave.slice(0, 100).map(({ path, why }) => `${path} ${why}`) } },
  );
}

function isFront(path: string): boolean {
  return FRONT_FILES.some((name) => name === path);
}

/** The files beside the blobs that can be read, by path. */
async function readFront(
  { files, asOpened }: SurveyInput,
  findings: Finding[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const front = new Map<string, Uint8Array>();
  for (const path of [...FRONT_FILES, SUMS] as const)
    try {
      const bytes = await files.front(path, FRONT_LIMITS[path]);
      const before = asOpened.get(path);
      if (before === undefined || hexOf(digestOf(bytes)) === before) front.set(path, bytes);
      else
        findings.push({
          path,
          state: 'damaged',
          why: 'has changed since the bundle was opened',
          found: foundIn(bytes),
        });
    } catch (error) {
      findings.push(findingOf(path, error));
    }
  return front;
}

const FRONT_LIMITS: Readonly<Record<FrontFile | typeof SUMS, number>> = {
  'oci-layout': LIMIT.manifestBytes,
  'index.json': LIMIT.indexJsonBytes,
  'airlock.json': LIMIT.airlockJsonBytes,
  'README.txt': LIMIT.airlockJsonBytes,
  [SUMS]: LIMIT.sumsBytes,
};

/** SHA256SUMS against its grammar, the files beside the blobs, and the names of blobs, which say their sums themselves. */
function checkSums(
  { manifest, blobs }: SurveyInput,
  front: ReadonlyMap<string, Uint8Array>,
  findings: Finding[],
): ReadonlyMap<string, string> {
  const foundAt = createFoundAt(front);
  const add = (path: string, state: Finding['state'], why: string) =>
    findings.push({ path, state, why, found: foundAt(path) });
  const layout = front.get('oci-layout');
  if (layout !== undefined && !Buffer.from(OCI_LAYOUT).equals(layout))
    add('oci-layout', 'damaged', 'is not the file of an OCI image layout');
  const file = front.get(SUMS);
  if (file === undefined) return new Map();
  const parsed = parseSums(file);
  if ('why' in parsed) {
    add(SUMS, 'damaged', `line ${parsed.line} ${parsed.why}`);
    return new Map();
  }
  const { sums } = parsed;
  for (const path of FRONT_FILES) {
    const bytes = front.get(path);
    const sum = sums.get(path);
    if (sum === undefined) add(SUMS, 'damaged', `does not list ${path}`);
    else if (bytes !== undefined && hexOf(digestOf(bytes)) !== sum)
      add(path, 'damaged', `has other bytes than ${SUMS} says`);
  }
  let listed = FRONT_FILES.length;
  for (const { digest } of blobs.list) {
    const path = blobPath(digest);
    const sum = sums.get(path);
    if (sum === undefined) add(SUMS, 'damaged', `does not list ${path}`);
    else listed += 1;
    if (sum !== undefined && algorithmOf(digest) === 'sha256' && sum !== hexOf(digest))
      add(SUMS, 'damaged', `gives ${path} another sum than its name`);
  }
  if (listed < sums.size && manifest.format.minor <= FORMAT_MINOR) {
    const known = new Set(blobs.list.map(({ digest }) => blobPath(digest)));
    for (const path of sums.keys())
      if (!isFront(path) && !known.has(path))
        add(path, 'unexpected', `is listed by ${SUMS} and not by airlock.json`);
  }
  return sums;
}

function foundIn(bytes: Uint8Array): FoundBytes {
  return { size: bytes.byteLength, sha256: hexOf(digestOf(bytes)) };
}

/** One file may be wrong in a million lines, and is hashed once. */
function createFoundAt(front: ReadonlyMap<string, Uint8Array>): (path: string) => FoundBytes | undefined {
  const known = new Map<string, FoundBytes>();
  return (path) => {
    const bytes = front.get(path);
    const found = known.get(path) ?? (bytes === undefined ? undefined : foundIn(bytes));
    if (found !== undefined) known.set(path, found);
    return found;
  };
}

/** An error about one file as a finding; errors of the medium are thrown on. */
function findingOf(path: string, error: unknown, size?: number): Finding {
  if (isAirlockError(error, 'BUNDLE_INCOMPLETE', 'BLOB_MISSING'))
    return { path, state: 'missing', why: 'is missing' };
  if (isAirlockError(error, 'BUNDLE_DAMAGED', 'MANIFEST_AMBIGUOUS', 'LIMIT_EXCEEDED', 'SOURCE_UNSUPPORTED'))
    return { path, state: 'damaged', why: reasonOf(error, path), found: foundBy(error, size) };
  throw error;
}

/** What was read in place of `size` bytes that a name stands for, where the error tells. */
function foundBy({ details: { found } }: AirlockError, size: number | undefined): FoundBytes | undefined {
  return typeof found === 'string' && isDigest(found) && size !== undefined
    ? { size, sha256: hexOf(found) }
    : undefined;
}

/** The sentence without what the finding says already. */
function reasonOf(error: AirlockError, path: string): string {
  const { message } = error;
  const at = message.lastIndexOf(`${path} `);
  return (at < 0 ? message : message.slice(at + path.length + 1)).replace(/\.$/, '');
}

const READS_AT_ONCE = 8;

/** Every manifest and index that the bundle's index and lock lead to: digest, size, one meaning. */
async function readManifests(
  input: SurveyInput,
  unusable: ReadonlySet<string>,
  findings: Finding[],
): Promise<{ readonly nodes: ReadonlyMap<Digest, ContentNode>; readonly complete: boolean }> {
  const { manifest, blobs, index, signal } = input;
  const nodes = new Map<Digest, ContentNode>();
  const claimed = new Set<Digest>();
  let complete = true;
  const waiting: Descriptor[] = [
    ...index.manifests,
    ...manifest.lock.items.flatMap((item) => [
      ...(item.root === undefined ? [] : [item.root]),
      ...(item.attached ?? []).map(({ root }) => root),
    ]),
  ];
  const readOn = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { digest, mediaType } = next;
      if (!isManifestOrIndexType(mediaType) || claimed.has(digest) || !blobs.has(digest)) continue;
      claimed.add(digest);
      signal?.throwIfAborted();
      const path = blobPath(digest);
      if (unusable.has(path)) {
        complete = false;
        continue;
      }
      let bytes: Uint8Array | undefined;
      try {
        bytes = await input.readManifest(next);
        const node = readNode(bytes, next, path);
        nodes.set(digest, node);
        for (const child of node.children) waiting.push(child);
      } catch (error) {
        const finding = findingOf(path, error, blobs.sizeOf(digest));
        findings.push(bytes === undefined ? finding : { ...finding, found: foundIn(bytes) });
        complete = false;
      }
    }
  };
  // A reader that finds the list empty may be followed by one that adds to it, so rounds go on until none is left.
  while (waiting.length > 0) await Promise.all(Array.from({ length: READS_AT_ONCE }, readOn));
  return { nodes, complete };
}

/** Lays the bundle out once more from its lock and manifests: what it says of itself must be what pack would have said. */
function checkAgreement(
  { manifest, blobs, index }: SurveyInput,
  front: ReadonlyMap<string, Uint8Array>,
  nodes: ReadonlyMap<Digest, ContentNode>,
  findings: Finding[],
): void {
  const failed = manifest.absent.filter(({ reason }) => reason === 'failed').map(({ digest }) => digest);
  const foundAt = createFoundAt(front);
  const add = (path: string, why: string) =>
    findings.push({ path, state: 'damaged', why, found: foundAt(path) });
  let layout: Layout;
  try {
    layout = layOut({
      lock: manifest.lock,
      id: lockId({ ...manifest.lock, manifests: {}, blobs: [] }),
      version: manifest.tool.version,
      failed: new Set(failed),
      node: ({ digest }) => nodes.get(digest),
      sizeOf: (digest) => blobs.sizeOf(digest),
      refuse: (why) => new AirlockError('BUNDLE_DAMAGED', why),
    });
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    add('airlock.json', `does not agree with the content: ${error.message}`);
    return;
  }
  if (manifest.format.minor > FORMAT_MINOR) {
    const names = new Set(index.manifests.map(({ digest }) => digest));
    for (const { digest, reference } of manifest.items)
      if (!names.has(digest)) add('index.json', `does not name ${reference}, which airlock.json has`);
    return;
  }
  // Equal bytes also prove the one form of RFC 8785: no duplicate keys, no twins, nothing a reader could take two ways.
  const differs = (path: string, value: unknown) =>
    Buffer.compare(canonicalJson(value), front.get(path) ?? Buffer.alloc(0)) !== 0;
  if (differs('index.json', layout.index))
    add('index.json', 'does not agree with airlock.json and the manifests');
  if (differs('airlock.json', layout.manifest))
    add('airlock.json', 'does not agree with its own lock and the manifests');
}
