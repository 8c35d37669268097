// Holds what the Destination step says of media to what the engine asks of them before the first byte.
import { describe, expect, it } from 'vitest';
import {
  canTake,
  fitOf,
  mediumOf,
  otherName,
  outputOf,
  soleMedium,
  splitOutput,
} from '../../../renderer/pack/places.ts';
import { makeMedium } from './make-pack.ts';

const NEED = { bytes: 2_570_000_000, largestBlob: 318_000_000, blobs: 287 };
const LARGE = { bytes: 9e9, largestBlob: 5e9, blobs: 10 };

describe('a medium', () => {
  it('takes a bundle that it has room for', () => {
    expect(fitOf(makeMedium('A'), NEED, 'directory')).toEqual({ kind: 'fits' });
  });

  it('says how much room is missing', () => {
    const fit = fitOf(makeMedium('A', { freeBytes: 2e9 }), NEED, 'directory');
    expect(fit).toEqual({ kind: 'full', missingBytes: 570_000_000 });
    expect(canTake(fit)).toBe(false);
  });

  it('of FAT32 refuses a blob, a tar or a number of files that it can’t hold, and says which form would do', () => {
    const fat = makeMedium('A', { fileSystem: 'vfat' });
    expect(fitOf(fat, LARGE, 'directory')).toMatchObject({ kind: 'fileTooLarge', isTarAlone: false });
    expect(fitOf(fat, { ...NEED, bytes: 6e9 }, 'tar')).toMatchObject({
      kind: 'fileTooLarge',
      isTarAlone: true,
    });
    expect(fitOf(fat, { ...NEED, blobs: 11_000 }, 'directory')).toMatchObject({ kind: 'tooManyFiles' });
    expect(fitOf(fat, NEED, 'directory')).toEqual({ kind: 'fits' });
  });

  it('of exFAT has none of these limits', () => {
    expect(fitOf(makeMedium('A'), LARGE, 'tar')).toEqual({ kind: 'fits' });
  });

  it('that is write protected takes nothing, however much room it has', () => {
    expect(fitOf(makeMedium('A', { readOnly: true }), NEED, 'tar')).toEqual({ kind: 'readOnly' });
  });

  it('is chosen by itself only where there is no other', () => {
    const folder = makeMedium('F', { kind: 'folder', removable: false });
    const tooSmall = makeMedium('S', { freeBytes: 1 });
    expect(soleMedium([folder, tooSmall, makeMedium('A')], NEED, 'directory')?.name).toBe('A');
    expect(soleMedium([makeMedium('A'), makeMedium('B')], NEED, 'directory')).toBeUndefined();
  });
});

describe('the path of a bundle', () => {
  it('lies straight below its medium, in the slashes of its system', () => {
    expect(outputOf('/media/A', 'plant', 'directory')).toBe('/media/A/plant.airlock');
    expect(outputOf('/', 'plant', 'tar')).toBe('/plant.airlock.tar');
    expect(outputOf('E:\\', 'plant', 'tar')).toBe('E:\\plant.airlock.tar');
  });

  it('tells its folder, its file and its form', () => {
    expect(splitOutput('/media/A/plant.airlock.tar')).toEqual({
      folder: '/media/A',
      file: 'plant.airlock.tar',
      form: 'tar',
    });
    expect(splitOutput('E:\\plant.airlock')).toMatchObject({ folder: 'E:', form: 'directory' });
  });

  it('belongs to the innermost medium that it lies on', () => {
    const media = [makeMedium('root', { path: '/' }), makeMedium('A'), makeMedium('AB')];
    expect(mediumOf(media, '/media/AB/plant.airlock')?.name).toBe('AB');
    expect(mediumOf(media, '/srv/plant.airlock')?.name).toBe('root');
  });

  it('gets the next free number where its name is taken', () => {
    const bundle = {
      name: 'plant-2',
      form: 'tar' as const,
      bytes: 1,
      items: 1,
      created: '2026-11-19T14:05:00Z',
    };
    const medium = makeMedium('A', { bundles: [{ ...bundle, path: '/media/A/plant-2.airlock.tar' }] });
    expect(otherName('plant', medium)).toBe('plant-3');
    expect(otherName('plant-2', undefined)).toBe('plant-3');
    expect(otherName('plant-2.1', undefined)).toBe('plant-2.1-2');
  });
});
