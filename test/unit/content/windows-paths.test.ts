// Local paths as a lock writes them, on a system whose own separator is the backslash (E5).
import type path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { entryPath, fromLockPath, toLockPath } from '../../../electron/engine/content/files/local-path.ts';

vi.mock('node:path', async (original) => (await original<typeof path>()).win32);

describe('a lock that is written on Windows', () => {
  it('holds forward slashes, relative where the list has them so (E5)', () => {
    expect(toLockPath('C:\\lists', 'C:\\lists', '.\\tools\\run.exe')).toBe('tools/run.exe');
    expect(toLockPath('C:\\lists', 'C:\\lists\\more', './run.exe')).toBe('more/run.exe');
    expect(toLockPath('C:\\lists', 'C:\\other', 'run.exe')).toBe('../other/run.exe');
    expect(toLockPath('C:\\lists', 'D:\\', 'run.exe')).toBe('D:/run.exe');
    expect(toLockPath('C:\\lists', 'C:\\lists', 'C:\\tools\\run.exe')).toBe('C:/tools/run.exe');
  });

  it('leads back to the same file there (E5)', () => {
    for (const path of ['.\\tools\\run.exe', '../run.exe', 'D:\\run.exe'])
      expect(fromLockPath('C:\\lists', toLockPath('C:\\lists', 'C:\\lists', path))).toBe(
        entryPath('C:\\lists', path),
      );
  });
});
