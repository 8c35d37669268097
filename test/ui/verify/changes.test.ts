// How two bundles differ: what is to be judged first, digests far enough to differ, and bundles to compare with.
import { describe, expect, it } from 'vitest';
import {
  changeRows,
  changeWord,
  countChanges,
  digitsToDiffer,
  earlierBundles,
  toldOf,
} from '../../../renderer/verify/changes.ts';
import type { Change } from '../../../renderer/verify/changes.ts';
import { makeMedium } from '../pack/make-pack.ts';
import { digest, PATH } from './make-verify.ts';

const moved: Change = {
  kind: 'image',
  reference: 'quay.io/ap-base:1',
  change: 'changed',
  before: digest('9'),
  after: digest('5'),
};
const file: Change = { ...moved, kind: 'file', reference: 'runtime.json' };
const added: Change = { kind: 'image', reference: 'quay.io/new:1', change: 'added', after: digest('1') };
const removed: Change = { kind: 'chart', reference: 'old:1', change: 'removed', before: digest('2') };
const all = [file, removed, added, moved];

describe('changes', () => {
  it('call a tag that stands for something else by what is odd about it, and a file changed', () => {
    expect([moved, file, added, removed].map(changeWord)).toEqual(['sameTag', 'changed', 'added', 'removed']);
  });

  it('are told by their tags where these tell them, else by digests', () => {
    const retagged: Change = { ...moved, reference: 'quay.io/app:2.1.0', was: 'quay.io/app:2.0.4' };
    expect(changeWord(retagged)).toBe('changed');
    expect(toldOf(retagged)).toEqual({
      name: 'quay.io/app',
      before: { tag: '2.0.4', digest: digest('9') },
      after: { tag: '2.1.0', digest: digest('5') },
    });
    expect(toldOf(moved)).toEqual({
      name: 'quay.io/ap-base:1',
      before: { tag: null, digest: digest('9') },
      after: { tag: null, digest: digest('5') },
    });
    expect(toldOf(added)).toMatchObject({ name: 'quay.io/new', before: null, after: { tag: '1' } });
    expect(toldOf({ ...added, reference: `quay.io/new@${digest('1')}` })).toMatchObject({
      name: `quay.io/new@${digest('1')}`,
      after: { tag: null },
    });
    expect(toldOf(file)).toMatchObject({ name: 'runtime.json', after: { tag: null } });
    expect(changeRows([retagged], 'changed', '2.0.4')).toEqual([retagged]);
  });

  it('are counted by kind', () => {
    expect(countChanges(all)).toEqual({ all: 4, changed: 2, added: 1, removed: 1 });
  });

  it('put what is to be judged first, and are narrowed by tab and words', () => {
    expect(changeRows(all, 'all', '')).toEqual([moved, added, removed, file]);
    expect(changeRows(all, 'changed', '')).toEqual([moved, file]);
    expect(changeRows(all, 'all', 'quay new')).toEqual([added]);
    expect(changeRows(all, 'all', '2222')).toEqual([removed]);
  });
});

describe('two digests', () => {
  it('are shown to twelve digits where those differ', () => {
    expect(digitsToDiffer(digest('a'), digest('b'))).toBe(12);
    expect(digitsToDiffer(digest('a'), undefined)).toBe(12);
  });

  it('are shown further where the first digits are the same', () => {
    const one = `sha256:${'a'.repeat(20)}b${'0'.repeat(43)}`;
    const other = `sha256:${'a'.repeat(20)}c${'0'.repeat(43)}`;
    const digits = digitsToDiffer(one, other);
    expect(digits).toBe(24);
    expect(one.slice(7, 7 + digits)).not.toBe(other.slice(7, 7 + digits));
  });
});

describe('bundles to compare with', () => {
  it('are those on media and those packed here, each once, without the one that was checked', () => {
    const bundle = (name: string) => ({
      path: `/media/PLANT-07/${name}.airlock`,
      name,
      form: 'directory' as const,
      bytes: 1,
      items: 1,
      created: '2026-10-02T10:00:00Z',
    });
    const media = [makeMedium('PLANT-07', { bundles: [bundle('astronomer-2.1'), bundle('astronomer-2.0')] })];
    const packed = [
      { place: '/srv/astronomer-1.9.airlock.tar', started: '2026-09-01T08:00:00Z' },
      { place: '/media/PLANT-07/astronomer-2.0.airlock', started: '2026-10-02T10:00:00Z' },
    ];
    expect(earlierBundles(media, packed, PATH)).toEqual([
      {
        path: '/media/PLANT-07/astronomer-2.0.airlock',
        name: 'astronomer-2.0',
        from: { medium: 'PLANT-07' },
      },
      {
        path: '/srv/astronomer-1.9.airlock.tar',
        name: 'astronomer-1.9',
        from: { packed: '2026-09-01T08:00:00Z' },
      },
    ]);
  });
});
