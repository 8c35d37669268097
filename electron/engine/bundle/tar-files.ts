// A bundle in its tar form, read in place: five headers are walked, every other place is computed (FORMAT §4, Tar).
import { readSync } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { blobPath } from '../../../shared/domain/digest.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Blob } from './blob-shelf.ts';
import type { BundleFiles } from './bundle-files.ts';
import { fileFailure } from '../disk/file-failure.ts';
import type { Finding } from './index.ts';
import { inTurns } from './in-turns.ts';
import { readWhole, sha256OfSpan } from '../disk/read-span.ts';
import { FRONT_FILES, SUMS } from './sums.ts';
import { mapTar } from './tar-map.ts';
import type { TarMap, TarMember } from './tar-map.ts';
import { TAR_BLOCK, TAR_END_BYTES, tarBodyBytes, tarHead, tarSize } from '../disk/ustar.ts';

/** Throws NOT_A_BUNDLE, BUNDLE_TRUNCATED, BUNDLE_DAMAGED. */
export async function openTarFiles(path: string, label: string): Promise<BundleFiles> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileFailure(error, path);
  });
  try {
    const { size: length } = await file.stat();
    const front = await walkFront(file.fd, length, path, label);
    return tarFiles(path, label, file, length, front);
  } catch (error) {
    await file.close();
    throw fileFailure(error, path);
  }
}

async function walkFront(
  fd: number,
  length: number,
  path: string,
  label: string,
): Promise<ReadonlyMap<string, TarMember>> {
  if (length === 0) throw new AirlockError('NOT_A_BUNDLE', `${path} is an empty file.`);
  const members = new Map<string, TarMember>();
  let head = 0;
  for (const name of [...FRONT_FILES, SUMS]) {
    const block = await readWhole(fd, head, TAR_BLOCK);
    const size = tarSize(block);
    const isOurs = size !== undefined && block.equals(tarHead(name, size));
    if (!isOurs && members.size === 0)
      throw new AirlockError('NOT_A_BUNDLE', `${path} is no tar that Airlock made.`);
    if (block.byteLength < TAR_BLOCK) throw truncated(label, length, undefined, name);
    if (!isOurs) throw damaged(label, name, 'has another header than it should have');
    const body = head + TAR_BLOCK;
    if (body + size > length) throw truncated(label, length, undefined, name);
    members.set(name, { path: name, size, head, body });
    head = body + tarBodyBytes(size);
  }
  return members;
}

function tarFiles(
  path: string,
  label: string,
  file: { readonly fd: number; close(): Promise<void> },
  length: number,
  front: ReadonlyMap<string, TarMember>,
): BundleFiles {
  const { fd } = file;
  let map: TarMap | undefined;
  const memberOf = ({ digest, size }: Blob): TarMember => {
    const member = map?.blob(digest);
    if (member?.size !== size)
      throw new AirlockError('BLOB_MISSING', `${label} lacks the file ${blobPath(digest)}.`);
    return member;
  };
  const frontMember = (name: string, limit: number): TarMember => {
    const member = front.get(name);
    if (member === undefined) throw new AirlockError('BUNDLE_INCOMPLETE', `${label} lacks the file ${name}.`);
    if (member.size > limit)
      throw damaged(label, name, `has ${member.size} bytes, ${limit} are the most it may have`);
    return member;
  };
  return {
    form: 'tar',
    async front(name, limit) {
      const { body, size } = frontMember(name, limit);
      return readWhole(fd, body, size);
    },
    async sha256OfFront(name, limit) {
      const { body, size } = frontMember(name, limit);
      return sha256OfSpan(fd, body, size);
    },
    settle(blobs) {
      map = mapTar(
        [...front.values()].map(({ size }) => size),
        blobs,
      );
      if (length < map.length) return Promise.reject(truncated(label, length, map.length, undefined));
      if (length > map.length)
        return Promise.reject(
          damaged(label, 'the tar', `goes on after its end at byte ${map.length}; it has ${length} bytes`),
        );
      return Promise.resolve();
    },
    spanOf(blob) {
      const { body, size } = memberOf(blob);
      return { file: path, offset: body, size };
    },
    async openBlob(blob) {
      const { path: name, size, head, body } = memberOf(blob);
      const found = await readWhole(fd, head, body - head);
      if (!found.equals(tarHead(name, size)))
        throw damaged(label, name, 'has another header than it should have');
      return { fd, start: body, close: () => Promise.resolve() };
    },
    async audit(blobs, _expected, signal) {
      const findings: Finding[] = [];
      let end = 0;
      for (const { body, size } of front.values()) end = body + size;
      const gap = Buffer.alloc(4 * TAR_BLOCK);
      /** Between two members there are zeros and a header; anything else would be read by some tar programs and not by others. */
      const look = (until: number, member: TarMember | undefined): void => {
        const found = gap.subarray(0, readSync(fd, gap, 0, until - end, end));
        const padding = (member?.head ?? until) - end;
        if (!isZero(found.subarray(0, padding)))
          findings.push({
            path: member?.path ?? 'the end of the tar',
            state: 'damaged',
            why: 'has bytes before it that belong to no file',
          });
        if (member !== undefined && !found.subarray(padding).equals(tarHead(member.path, member.size)))
          findings.push({
            path: member.path,
            state: 'damaged',
            why: 'has another header than it should have',
          });
      };
      await inTurns(
        blobs.list,
        (blob) => {
          const member = memberOf(blob);
          look(member.body, member);
          end = member.body + member.size;
        },
        signal,
      );
      look(tarBodyBytes(end) + TAR_END_BYTES, undefined);
      return findings;
    },
    hasSignatures: () =>
      access(`${path.slice(0, -'.tar'.length)}.sig`).then(
        () => true,
        () => false,
      ),
    close: () => file.close(),
  };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function truncated(
  label: string,
  found: number,
  expected: number | undefined,
  inside: string | undefined,
): AirlockError {
  return new AirlockError(
    'BUNDLE_TRUNCATED',
    expected === undefined
      ? `${label} is cut short: it ends at byte ${found}, inside ${inside ?? 'a file'}.`
      : `${label} is cut short: it ends at byte ${found} of ${expected}.`,
    { details: { found, ...(expected === undefined ? {} : { expected }) } },
  );
}

function damaged(label: string, path: string, why: string): AirlockError {
  return new AirlockError('BUNDLE_DAMAGED', `${label} is damaged: ${path} ${why}.`, {
    details: { files: [path] },
  });
}
