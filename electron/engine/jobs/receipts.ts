// Keeps the account of every job in the state folder, one file a job (DESIGN §5).
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { Receipt } from '../../../shared/format/receipt.ts';
import { fileFailure, isErrno } from '../disk/file-failure.ts';

const JOB = /^[0-9]{8}T[0-9]{6}Z-[a-z]+-[0-9a-f]{6}$/;

/** `20261121T092312Z-pack-3f9c1a`: sorts by time, and is a file name everywhere. */
export function createJobId(desk: Receipt['desk'], now: number): string {
  const stamp = timestamp(now).replaceAll(/[-:]/g, '');
  return `${stamp}-${desk}-${randomBytes(3).toString('hex')}`;
}

/** RFC 3339 in UTC with whole seconds, as lock and receipt have it. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Writes `<state>/receipts/<job>.json` and returns its path. Throws READ_ONLY, NO_ACCESS, DISK_FULL, LOCAL_IO. */
export async function writeReceipt(stateFolder: string, receipt: Receipt): Promise<string> {
  const folder = receiptsFolder(stateFolder);
  const path = join(folder, `${receipt.job}.json`);
  const part = `${path}.part`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(part, `${JSON.stringify(receipt, null, 2)}\n`, { mode: 0o600 });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw fileFailure(error, path);
  }
  return path;
}

/** The receipt of one job. Throws FILE_NOT_FOUND where there is none of that name. */
export async function readReceipt(stateFolder: string, job: string): Promise<Receipt> {
  const unknown = () =>
    new AirlockError('FILE_NOT_FOUND', `There is no receipt of a job ${job}.`, {
      remedy: 'Run `airlock history` for the jobs that have one.',
    });
  if (!JOB.test(job)) throw unknown();
  const receipt = await readOne(join(receiptsFolder(stateFolder), `${job}.json`));
  if (receipt === undefined) throw unknown();
  return receipt;
}

/** All receipts, newest first. Files that are no receipt of this version are passed over. */
export async function listReceipts(stateFolder: string): Promise<readonly Receipt[]> {
  const folder = receiptsFolder(stateFolder);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw fileFailure(error, folder);
  }
  const jobs = names.filter((name) => name.endsWith('.json') && JOB.test(name.slice(0, -5)));
  const receipts: Receipt[] = [];
  for (const name of jobs.sort().toReversed()) {
    const receipt = await readOne(join(folder, name));
    if (receipt !== undefined) receipts.push(receipt);
  }
  return receipts;
}

async function readOne(path: string): Promise<Receipt | undefined> {
  try {
    return Receipt.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function receiptsFolder(stateFolder: string): string {
  return join(stateFolder, 'receipts');
}
