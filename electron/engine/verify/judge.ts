// Turns what was found into a verdict: file by file, item by item, and one exit code.
import { isManifestOrIndexType } from '../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import { blobPath } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Finding, OpenedBundle, Survey } from '../bundle/index.ts';
import type { HashedBlobs } from './hash-blobs.ts';
import type { Unpacked } from './unpack-layers.ts';
import type { VerifiedFile, VerifiedItem, VerifyResult } from './verify-result.ts';

export interface Evidence {
  readonly bundle: OpenedBundle;
  readonly survey: Survey;
  readonly hashed: HashedBlobs;
  readonly unpacked: Unpacked | undefined;
  readonly strict: boolean;
}

export function judge({ bundle, survey, hashed, unpacked, strict }: Evidence): VerifyResult {
  const { manifest } = bundle;
  const sizes = new Map(manifest.blobs.map(({ digest, size }) => [blobPath(digest), size]));
  const findings = [
    ...survey.findings,
    ...hashed.findings,
    ...wrongSums(hashed, survey, sizes),
    ...(unpacked?.findings ?? []),
  ];
  const files = listFiles(sizes, survey, findings);
  const totals = { ok: 0, damaged: 0, missing: 0, unexpected: 0, litter: 0 };
  for (const { state } of files) totals[state] += 1;
  const items = judgeItems(bundle, survey, files);
  const isDamaged = totals.damaged + totals.missing + totals.unexpected + (strict ? totals.litter : 0) > 0;
  const isIncomplete = manifest.absent.some(({ reason }) => reason === 'failed');
  const verdict = isDamaged ? 'damaged' : isIncomplete ? 'incomplete' : 'whole';
  return {
    first: ['unsigned: nobody vouches for this bundle', ...bundle.warnings],
    bundle: {
      path: bundle.path,
      form: bundle.form,
      name: manifest.name,
      id: manifest.id,
      created: manifest.created,
      marking: manifest.marking,
      fingerprint: bundle.fingerprint,
      signed: false,
    },
    verdict,
    exit: ({ damaged: 5, incomplete: 1, whole: 0 } as const)[verdict],
    files,
    items,
    totals: { ...totals, bytes: manifest.blobs.reduce((sum, { size }) => sum + size, 0) },
    layersUnpacked: unpacked?.layers ?? 0,
    notes: unpacked?.notes ?? [],
  };
}

/** A blob that sha512 names is also in SHA256SUMS, by the other algorithm. */
function wrongSums(hashed: HashedBlobs, survey: Survey, sizes: ReadonlyMap<string, number>): Finding[] {
  return [...hashed.sha256].flatMap(([path, hex]): Finding[] => {
    const sum = survey.sums.get(path);
    if (sum === undefined || sum === hex) return [];
    return [
      {
        path,
        state: 'damaged',
        why: 'has other bytes than SHA256SUMS says',
        found: { size: sizes.get(path) ?? 0, sha256: hex },
      },
    ];
  });
}

/** Every file once, with the first thing that is wrong with it. */
function listFiles(
  sizes: ReadonlyMap<string, number>,
  survey: Survey,
  findings: readonly Finding[],
): VerifiedFile[] {
  const wrong = new Map<string, Finding>();
  for (const finding of findings) if (!wrong.has(finding.path)) wrong.set(finding.path, finding);
  const paths = new Set(['SHA256SUMS', ...survey.sums.keys(), ...sizes.keys(), ...wrong.keys()]);
  return [...paths].sort().map((path): VerifiedFile => {
    const finding = wrong.get(path);
    const file: VerifiedFile = {
      path,
      size: sizes.get(path),
      state: finding?.state ?? 'ok',
      why: finding?.why,
    };
    return finding === undefined ? file : { ...file, ...sealedAndFound(finding, survey) };
  });
}

/** What somebody compares by hand: the sum that the lists have, and the bytes on the medium. */
function sealedAndFound(
  { path, state, found }: Finding,
  { sums }: Survey,
): Pick<VerifiedFile, 'sha256' | 'foundSize' | 'foundSha256'> {
  // A stranger among the blobs has a name that nobody sealed.
  const isSealed = state === 'damaged' || state === 'missing';
  const named = isSealed ? /^blobs\/sha256\/([0-9a-f]{64})$/.exec(path)?.[1] : undefined;
  const sealed = named ?? sums.get(path);
  return {
    ...(sealed === undefined ? {} : { sha256: sealed }),
    ...(found === undefined ? {} : { foundSize: found.size }),
    ...(found?.sha256 === undefined ? {} : { foundSha256: found.sha256 }),
  };
}

function judgeItems(bundle: OpenedBundle, survey: Survey, files: readonly VerifiedFile[]): VerifiedItem[] {
  const bad = new Set(
    files.filter(({ state }) => state !== 'ok' && state !== 'litter').map(({ path }) => path),
  );
  const failed = new Set(
    bundle.manifest.absent.filter(({ reason }) => reason === 'failed').map(({ item }) => item),
  );
  return bundle.manifest.lock.items.map((item): VerifiedItem => {
    const seen = new Set<Digest>();
    const wrong = new Set<string>();
    const walk = ({ digest, mediaType }: Pick<Descriptor, 'digest' | 'mediaType'>): void => {
      if (seen.has(digest)) return;
      seen.add(digest);
      const path = blobPath(digest);
      if (bad.has(path)) wrong.add(path);
      if (isManifestOrIndexType(mediaType)) survey.manifests.get(digest)?.children.forEach(walk);
    };
    if (item.root !== undefined) walk(item.root);
    for (const { root } of item.attached ?? []) walk(root);
    const state = wrong.size > 0 ? 'damaged' : failed.has(item.reference) ? 'incomplete' : 'ok';
    return {
      kind: item.kind,
      reference: item.reference,
      digest: item.root?.digest ?? '',
      state,
      files: [...wrong],
    };
  });
}
