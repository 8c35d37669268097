// What a file or folder is that was dropped or chosen: told by its content first, by its name where that says no more.
import { lstat, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { DraftItem } from '../../../../shared/station/contents.ts';
import { fileFailure } from '../../disk/file-failure.ts';
import { openRegularFile } from '../../disk/open-file.ts';
import { readChartYaml, parseChartYaml } from '../charts/chart-yaml.ts';
import { sniffCompression } from '../decompress.ts';
import { whyUnsafePath } from '../file-path.ts';
import { readFileBytes } from '../files/read-file.ts';
import { problemOf, refusedFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import { readListFile } from './read-list.ts';
import { isLock, isTransferList, readImagesText, readManifests } from './read-text.ts';
import { sniffArchive } from './sniff-archive.ts';

const WHY = 'chosen';
/** Enough to tell a list, a lock or a tar by. */
const HEAD_BYTES = 64 * 1024;
/** Texts beyond this are carried as files and not looked into. */
const TEXT_BYTES = 8 * 1024 * 1024;
const TAR_MAGIC_AT = 257;

/** `isAlone`: nothing else was given. Never throws for what is there. */
export async function readPath(given: string, isAlone: boolean, signal: AbortSignal): Promise<Finding> {
  const path = resolve(given);
  try {
    if (path.includes('\0'))
      throw new AirlockError('FILE_NOT_FOUND', 'A path has no zero byte in it, and this one does.');
    const found = await stat(path);
    return found.isDirectory() ? await readFolder(path) : await readFile(path, isAlone, signal);
  } catch (error) {
    return refusedFinding(fileFailure(error, path));
  }
}

async function readFolder(path: string): Promise<Finding> {
  if (path.endsWith('.airlock') || (await has(path, 'airlock.json'))) return { items: [], bundlePath: path };
  if ((await has(path, 'oci-layout')) || (await has(path, 'index.json')))
    return { items: [archiveItem(path)] };
  if (await has(path, 'Chart.yaml'))
    throw new AirlockError('CHART_INVALID', `${path} is a chart that is not packaged.`, {
      remedy: `Package it with \`helm package ${path}\` and choose the .tgz.`,
    });
  throw new AirlockError('USAGE', `${path} is a folder, and not one that Airlock knows.`, {
    remedy: 'Choose the files in it.',
  });
}

async function readFile(path: string, isAlone: boolean, signal: AbortSignal): Promise<Finding> {
  if (path.endsWith('.airlock.tar')) return { items: [], bundlePath: path };
  const { head, size } = await readHead(path);
  if (isArchive(head)) return await readArchive(path, signal);
  const start = decodeText(head);
  if (start === undefined) return { items: [fileItem(path)] };
  if (isLock(start)) return { items: [], lockPath: path };
  if (isTransferList(start)) return await readListFile(path, isAlone);
  if (size > TEXT_BYTES || !/\.(?:ya?ml|json|txt)$/i.test(path)) return { items: [fileItem(path)] };
  const text = decodeText(await readWhole(path));
  const found = text === undefined ? undefined : readNames(text, path);
  return found ?? { items: [fileItem(path)] };
}

function readNames(text: string, path: string): Finding | undefined {
  const name = basename(path);
  const why = `named in ${name}`;
  return /\.txt$/i.test(name) ? readImagesText(text, name, why) : readManifests(text, name, why);
}

async function readArchive(path: string, signal: AbortSignal): Promise<Finding> {
  switch (await sniffArchive(path, signal)) {
    case 'bundle':
      return { items: [], bundlePath: path };
    case 'images':
      return { items: [archiveItem(path)] };
    case 'chart':
      return { items: [await chartItem(path, signal)] };
    default:
      return { items: [fileItem(path)] };
  }
}

function archiveItem(path: string): DraftItem {
  return { kind: 'image', reference: path, entry: { archive: path }, why: WHY, problem: null };
}

/** Read through, so that a chart which Helm would refuse says so at once. */
async function chartItem(path: string, signal: AbortSignal): Promise<DraftItem> {
  const item: DraftItem = { kind: 'chart', reference: path, entry: { path }, why: WHY, problem: null };
  try {
    parseChartYaml(await readChartYaml(readFileBytes(path, { signal }), path), path);
    return item;
  } catch (error) {
    return { ...item, problem: problemOf(error) };
  }
}

function fileItem(path: string): DraftItem {
  const as = basename(path);
  const why = whyUnsafePath(as);
  const problem =
    why === undefined
      ? null
      : problemOf(
          new AirlockError('LIST_INVALID', `${path} cannot travel under its name: ${why}`, {
            remedy: 'Give it another name, or name it in a list with the key as.',
          }),
        );
  return { kind: 'file', reference: as, entry: { path, as }, why: WHY, problem };
}

function isArchive(head: Uint8Array): boolean {
  const compression = sniffCompression(head);
  if (compression === 'gzip' || compression === 'zstd') return true;
  return Buffer.from(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + 5)).toString('latin1') === 'ustar';
}

async function readHead(path: string): Promise<{ readonly head: Uint8Array; readonly size: number }> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, HEAD_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

/** What is longer by now than it was is cut. */
async function readWhole(path: string): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const chunk of readFileBytes(path, { length: TEXT_BYTES })) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

/** UTF-8, or UTF-16 with a mark as Windows writes it; undefined for what is no text. A character cut at the end does not count. */
function decodeText(bytes: Uint8Array): string | undefined {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

async function has(folder: string, name: string): Promise<boolean> {
  return await lstat(join(folder, name)).then(
    () => true,
    () => false,
  );
}
