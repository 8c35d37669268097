import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createUploadSessions } from '../../../electron/engine/serve/upload-sessions.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { seededBytes } from '../../support/make-content.ts';
import { temporaryFolder } from './ask.ts';

const HOUR = 60 * 60 * 1000;

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let position = 0; position < bytes.byteLength; position += size) {
    await Promise.resolve();
    yield bytes.subarray(position, position + size);
  }
}

describe('an upload', () => {
  it('of many batches is written and hashed in order', async () => {
    const uploads = createUploadSessions(await temporaryFolder(), Date.now);
    const session = uploads.start('app', 'sha256');
    const bytes = seededBytes('batches', 5_000_001);
    await uploads.append(session, chunksOf(bytes.subarray(0, 3_333_333), 65_536));
    await uploads.append(session, chunksOf(bytes.subarray(3_333_333), 65_536));
    expect(session.offset).toBe(bytes.byteLength);
    expect(await uploads.digest(session, digestOf(bytes))).toBe(digestOf(bytes));
  });

  it('is hashed from its file in another algorithm than it was announced in', async () => {
    const uploads = createUploadSessions(await temporaryFolder(), Date.now);
    const session = uploads.start('app', 'sha256');
    const bytes = seededBytes('other', 700_000);
    await uploads.append(session, chunksOf(bytes, 65_536));
    const expected = digestOf(bytes, 'sha512');
    expect(await uploads.digest(session, expected)).toBe(expected);
  });

  it('keeps what came before its source failed', async () => {
    const uploads = createUploadSessions(await temporaryFolder(), Date.now);
    const session = uploads.start('app', 'sha256');
    const bytes = seededBytes('cut', 1_500_000);
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield* chunksOf(bytes.subarray(0, 1_200_000), 65_536);
      throw new Error('cut');
    }
    await expect(uploads.append(session, cut())).rejects.toThrow('cut');
    expect(session.offset).toBe(1_200_000);
    await uploads.append(session, chunksOf(bytes.subarray(1_200_000), 65_536));
    expect(await uploads.digest(session, digestOf(bytes))).toBe(digestOf(bytes));
  });

  it('that nobody went on with for a day is dropped when another begins', async () => {
    const folder = await temporaryFolder();
    let now = 0;
    const uploads = createUploadSessions(folder, () => now);
    const [abandoned, alive] = [uploads.start('app', 'sha256'), uploads.start('app', 'sha256')];
    for (const session of [abandoned, alive]) await uploads.append(session, chunksOf(Buffer.from('x'), 1));
    now = 20 * HOUR;
    await uploads.find('app', alive.id);
    now = 30 * HOUR;
    uploads.start('app', 'sha256');
    await expect.poll(() => readdir(folder)).toEqual([alive.id]);
    expect(await uploads.find('app', abandoned.id)).toBeUndefined();
    expect(await uploads.find('app', alive.id)).toBe(alive);
  });
});
