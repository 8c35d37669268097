// What a medium refuses, in Airlock's codes: each has its own remedy.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileFailure } from '../../../electron/engine/disk/file-failure.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';

describe('a failure of the file system', () => {
  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EROFS', 'READ_ONLY'],
    ['EACCES', 'NO_ACCESS'],
    ['EPERM', 'NO_ACCESS'],
    ['EFBIG', 'MEDIUM_LIMIT'],
    ['EIO', 'LOCAL_IO'],
  ])('%s is %s and names the place', (errno, code) => {
    const failure = fileFailure(Object.assign(new Error('x'), { code: errno }), '/media/usb/a.airlock');
    expect(failure).toMatchObject({
      code,
      message: expect.stringContaining('/media/usb/a.airlock') as string,
    });
  });

  it('leaves a folder that could not be made as it is told where the one above it takes more', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'airlock-failure-'));
    const path = join(folder, 'not', 'there');
    const error = Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'mkdir', path });
    expect(fileFailure(error, path)).toMatchObject({ code: 'FILE_NOT_FOUND' });
    await rm(folder, { recursive: true });
  });

  it('leaves everything else as it is', () => {
    for (const error of [
      new AirlockError('DIGEST_MISMATCH', 'x'),
      new TypeError('x'),
      Object.assign(new Error('x'), { code: 'ERR_CRYPTO_HASH_FINALIZED' }),
    ])
      expect(fileFailure(error, '/media/usb/a.airlock')).toBe(error);
  });
});
