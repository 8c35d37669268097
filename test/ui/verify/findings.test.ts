// What a report comes to: its counts in one sentence, findings with what they belong to, and what a filter leaves.
import { describe, expect, it } from 'vitest';
import {
  countsSentence,
  digestOfPath,
  filesInOrder,
  findingsOf,
  findingsText,
  folderOf,
  foundOf,
  holdsAll,
  isOnlyLittered,
  lengthText,
  nameOf,
  sealedFiles,
  shortPath,
  wholeItems,
} from '../../../renderer/verify/findings.ts';
import type { VerifiedFile } from '../../../renderer/verify/findings.ts';
import { reasonsOf } from '../../../renderer/verify/reasons.ts';
import {
  blobOf,
  makeDamagedReport,
  makeFile,
  makeItem,
  makeReport,
  makeResult,
  sumOf,
} from './make-verify.ts';

const totals = { ok: 0, damaged: 0, missing: 0, unexpected: 0, litter: 0, bytes: 0 };

describe('the sentence of counts', () => {
  it('names each kind once, the noun with the first', () => {
    expect(countsSentence({ ...totals, damaged: 1, missing: 1, unexpected: 1 })).toBe(
      '1 file has other bytes, 1 is missing and 1 is on the medium that was never sealed.',
    );
  });

  it('counts many of them', () => {
    expect(countsSentence({ ...totals, damaged: 2, missing: 3, unexpected: 1200 })).toBe(
      '2 files have other bytes, 3 are missing and 1,200 are on the medium that were never sealed.',
    );
  });

  it('stands alone for each kind', () => {
    expect(countsSentence({ ...totals, damaged: 2 })).toBe('2 files have other bytes.');
    expect(countsSentence({ ...totals, missing: 1 })).toBe('1 file is missing.');
    expect(countsSentence({ ...totals, unexpected: 1 })).toBe(
      '1 file is on the medium that was never sealed.',
    );
    expect(countsSentence({ ...totals, missing: 1, unexpected: 2 })).toBe(
      '1 file is missing and 2 are on the medium that were never sealed.',
    );
  });
});

describe('findings', () => {
  it('put the worst first, each with every item that needs the file', () => {
    const found = findingsOf(makeDamagedReport());
    expect(found.map(({ file, belongsTo }) => [file.state, belongsTo])).toEqual([
      ['damaged', ['edge-k8s.bin', 'disk.ova']],
      ['missing', ['disk.ova']],
      ['unexpected', []],
    ]);
  });

  it('are none of a whole bundle', () => {
    expect(findingsOf(makeReport())).toEqual([]);
  });

  it('can be handed on as text, a line each', () => {
    const [, second] = findingsText('plant', findingsOf(makeDamagedReport())).split('\n');
    expect(second).toBe(
      [
        'damaged',
        blobOf('d'),
        'has other bytes than its name says',
        sumOf('d'),
        `${sumOf('7')}, 1,000 bytes`,
        'edge-k8s.bin, disk.ova',
      ].join('\t'),
    );
  });

  it('say whether the length is right, in bytes where a rounded number would not tell', () => {
    const sum = { sha256: sumOf('a'), foundSha256: sumOf('b') };
    const damaged = (change: Partial<VerifiedFile>) =>
      lengthText(makeFile(blobOf('a'), { state: 'damaged', why: 'is a link', ...change }));
    expect(damaged({ size: 2_610_000_000, foundSize: 2_610_000_000, ...sum })).toBe(
      '2.61 GB, the length is right',
    );
    expect(damaged({ size: 6_000_000, foundSize: 3_100_000 })).toBe('is 3.10 MB, should be 6.00 MB');
    expect(damaged({ size: 6_000_000, foundSize: 6_000_001 })).toBe(
      'is 6,000,001 bytes, should be 6,000,000 bytes',
    );
    expect(damaged({})).toBe('is a link');
    // Its bytes are right: what it unpacks to is not.
    expect(damaged({ foundSize: 1000, sha256: sumOf('a'), foundSha256: sumOf('a') })).toBe('is a link');
    expect(lengthText(makeFile('a', { state: 'missing', size: 10_400_000_000 }))).toBe('10.4 GB');
    expect(lengthText({ path: 'setup.exe', state: 'unexpected', foundSize: 1_200_000 })).toBe(
      '1.20 MB, in no list',
    );
  });

  it('show a sum only of what was read, and tell an other one from the one that was sealed', () => {
    const found = (change: Partial<VerifiedFile>) => foundOf(makeFile(blobOf('a'), change));
    const [a, b] = [sumOf('a'), sumOf('b')];
    const sumFound = { state: 'damaged', foundSize: 1000, sha256: a } as const;
    expect(found({ ...sumFound, foundSha256: b })).toEqual({ kind: 'sum', sha256: b, isOther: true });
    expect(found({ ...sumFound, foundSha256: a })).toEqual({ kind: 'sum', sha256: a, isOther: false });
    expect(found({ state: 'damaged', foundSize: 12 })).toEqual({ kind: 'otherLength' });
    expect(found({ state: 'damaged' })).toEqual({ kind: 'notRead' });
    expect(found({ state: 'missing' })).toEqual({ kind: 'nothing' });
    expect(found({ state: 'unexpected', foundSize: 12 })).toEqual({ kind: 'notOpened' });
  });
});

describe('counts of what is whole', () => {
  it('leave out what was never sealed', () => {
    expect(sealedFiles(makeDamagedReport())).toEqual({ whole: 1, all: 3 });
    expect(wholeItems(makeDamagedReport())).toEqual({ whole: 1, all: 3 });
  });

  it('tell a bundle that is refused for litter alone from a damaged one', () => {
    const litter = makeFile('Thumbs.db', { state: 'litter' });
    const littered = makeReport({ verdict: 'damaged', files: [makeFile('SHA256SUMS'), litter] });
    expect(isOnlyLittered(littered)).toBe(true);
    expect(isOnlyLittered({ ...littered, verdict: 'whole' })).toBe(false);
    expect(isOnlyLittered(makeDamagedReport())).toBe(false);
  });
});

describe('files', () => {
  it('stand in the order of how bad they are, else as they came', () => {
    const files = [makeFile('b'), makeFile('a'), makeFile('c', { state: 'missing' })];
    expect(filesInOrder(files).map(({ path }) => path)).toEqual(['c', 'b', 'a']);
  });

  it('tell the digest of a blob by its path, and none of others', () => {
    expect(digestOfPath(blobOf('d'))).toBe(`sha256:${'d'.repeat(64)}`);
    expect(digestOfPath('README.txt')).toBeUndefined();
    expect(shortPath(blobOf('d'))).toBe('blobs/sha256/dddddddddddd…');
    expect(shortPath('README.txt')).toBe('README.txt');
  });

  it('are called by the folder and the name of the bundle, on any system', () => {
    expect(folderOf('/media/PLANT-07/app.airlock')).toBe('PLANT-07');
    expect(folderOf('E:\\bundles\\app.airlock.tar')).toBe('bundles');
    expect(nameOf('E:\\bundles\\app.airlock.tar')).toBe('app');
    expect(nameOf('/media/PLANT-07/app.airlock/')).toBe('app');
  });
});

describe('a filter', () => {
  it('wants every word, in any of the texts', () => {
    expect(holdsAll('base 2026', 'quay.io/ap-base', ':2026.8.3')).toBe(true);
    expect(holdsAll('base 2025', 'quay.io/ap-base', ':2026.8.3')).toBe(false);
    expect(holdsAll('', 'anything')).toBe(true);
  });
});

describe('the reasons', () => {
  const wordsOf = (result = makeResult()) =>
    Object.fromEntries(reasonsOf(result, { kind: 'none' }).map(({ id, word }) => [id, word]));

  it('of an intact bundle say what matched, and that nobody signed it', () => {
    expect(wordsOf()).toEqual({
      files: 'ok',
      contents: 'complete',
      signature: 'unsigned',
      layers: 'notTested',
      differences: 'notTested',
    });
  });

  it('of a damaged one lead to its findings', () => {
    const [first] = reasonsOf(makeResult(makeDamagedReport()), { kind: 'none' });
    expect(first).toMatchObject({ word: 'damaged', tab: 'findings' });
    expect(first?.text).toBe('1 of 3 have the digest in SHA256SUMS.');
  });

  it('tell of layers, of what a system left, of notes and of what is incomplete', () => {
    const report = makeReport({
      verdict: 'incomplete',
      files: [makeFile('SHA256SUMS'), makeFile('.DS_Store', { state: 'litter' })],
      items: [makeItem('a:1'), makeItem('b:1', { state: 'incomplete' })],
      layersUnpacked: 12,
      notes: ['a layer of a:1 holds nothing'],
    });
    expect(wordsOf(makeResult(report))).toEqual({
      files: 'ok',
      contents: 'incomplete',
      signature: 'unsigned',
      layers: 'ok',
      litter: 'litter',
      'note 0': 'toJudge',
      differences: 'notTested',
    });
  });
});
