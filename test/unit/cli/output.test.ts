import { describe, expect, it } from 'vitest';
import { failureLines } from '../../../electron/cli/output/failure.ts';
import { createProgressDisplay } from '../../../electron/cli/output/progress-line.ts';
import { formatBytes, formatDuration } from '../../../electron/cli/output/quantities.ts';
import { receiptLines } from '../../../electron/cli/output/receipt-lines.ts';
import { formatTable } from '../../../electron/cli/output/table.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9_949, '9.9 kB'],
    [9_950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [3_400_000_000, '3.4 GB'],
    [12_000_000_000_000_000, '12000 TB'],
  ])('%d bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [7, '0:07'],
    [750, '12:30'],
    [11_045, '3:04:05'],
  ])('%d seconds read %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('a failure', () => {
  it('says what happened, on which side, and what to do next', () => {
    const error = new AirlockError('UNAUTHORIZED', 'registry.example asks for a login.', { side: 'target' });
    expect(failureLines(toWire(error))).toEqual([
      'airlock: registry.example asks for a login.',
      '  side: target',
      '  next: Log in with `airlock login HOST`, then run the same command again.',
    ]);
  });

  it('names every problem that was found at once', () => {
    const problems = ['list.yaml:3:5: unknown key "imges"', 'list.yaml:9:5: no version'];
    const error = new AirlockError('LIST_INVALID', `${problems[0]} (and 1 more).`, { details: { problems } });
    expect(failureLines(toWire(error)).slice(1, 3)).toEqual(problems.map((problem) => `    ${problem}`));
  });

  it('of Airlock itself shows its cause and no stack', () => {
    const lines = failureLines(toWire(new TypeError('x is undefined')));
    expect(lines[0]).toBe('airlock: Airlock met a fault of its own.');
    expect(lines).toContain('  cause: x is undefined');
    expect(lines.join('\n')).not.toContain(' at ');
  });

  it('lets no name paint over the terminal', () => {
    const error = new AirlockError('NOT_A_BUNDLE', 'bad\u001b[2J\rname\u202egnp is no bundle.');
    expect(failureLines(toWire(error))[0]).toBe('airlock: bad\\u001b[2J\\u000dname\\u202egnp is no bundle.');
  });
});

describe('a receipt', () => {
  const receiptOf = (outcomes: readonly ('carried' | 'present' | 'failed')[]): Receipt => ({
    receipt: 1,
    job: '20261121T092312Z-pack-3f9c1a',
    desk: 'pack',
    started: '2026-11-21T09:23:12Z',
    ended: '2026-11-21T09:23:13Z',
    host: 'linux',
    airlock: '0.1.0',
    outcome: 'done',
    exit: 0,
    items: outcomes.map((outcome, index) => ({
      kind: 'image',
      item: `registry.example/app:${index}`,
      source: 'registry.example/app',
      outcome,
      bytes: 0,
      notes: [],
    })),
    bytesSent: 0,
    bytesResent: 0,
    notes: [],
    tools: [],
  });

  it('of a long job shows what is new, or what failed, and says where the rest is', () => {
    const present = Array.from({ length: 198 }, () => 'present' as const);
    const few = receiptLines(receiptOf([...present, 'carried', 'failed']));
    expect(few.slice(1, 4)).toEqual([
      expect.stringMatching(/^carried .*app:198$/),
      expect.stringMatching(/^failed .*app:199$/),
      '198 of 200 rows not shown: airlock history 20261121T092312Z-pack-3f9c1a',
    ]);
    const carried = present.map(() => 'carried' as const);
    expect(receiptLines(receiptOf(carried))).toEqual([
      '198 of 198 rows not shown: airlock history 20261121T092312Z-pack-3f9c1a',
      '',
      'pack done: 198 carried; 0 B moved',
    ]);
    expect(receiptLines(receiptOf(carried), { all: true })).toHaveLength(201);
  });
});

describe('a table', () => {
  it('stands in columns without frames and without blanks at the end', () => {
    expect(
      formatTable(
        ['item', 'bytes'],
        [
          ['a', '5 B'],
          ['long', '10 kB'],
        ],
        [1],
      ),
    ).toEqual(['item  bytes', 'a       5 B', 'long  10 kB']);
  });
});

describe('progress', () => {
  function streamOf(columns = 60) {
    const written: string[] = [];
    return { columns, written, write: (text: string) => written.push(text) };
  }

  it('is one line that is rewritten on a terminal, never wider than it', () => {
    const stream = streamOf(40);
    let now = 0;
    const display = createProgressDisplay(stream, 'line', { now: () => now });
    display.report({ kind: 'stage', stage: 'transfer', totalBytes: 4_000_000 });
    now = 1000;
    display.report({ kind: 'bytes', bytes: 1_000_000 });
    display.clear();
    expect(stream.written.at(-2)).toBe('\rtransferring  25%  1.0 MB of 4.0 MB  1.\u001b[K');
    expect(stream.written.at(-1)).toBe('\r\u001b[K');
  });

  it('is a line per stage elsewhere, with waits and notices as they come', () => {
    const stream = streamOf();
    const display = createProgressDisplay(stream, 'stages', { now: () => 0 });
    display.report({ kind: 'stage', stage: 'transfer', totalBytes: 4_000_000, totalItems: 3 });
    display.report({ kind: 'bytes', bytes: 1 });
    display.report({ kind: 'waiting', host: 'docker.io', seconds: 90, why: 'rate limit' });
    display.report({ kind: 'notice', text: 'a proxy inspects this connection' });
    expect(stream.written).toEqual([
      'transferring: 3 items, 4.0 MB\n',
      'waiting 1:30 for docker.io: rate limit\n',
      'a proxy inspects this connection\n',
    ]);
  });

  it('is nothing with --quiet', () => {
    const stream = streamOf();
    const display = createProgressDisplay(stream, 'none', { now: () => 0 });
    display.report({ kind: 'stage', stage: 'transfer' });
    display.report({ kind: 'notice', text: 'x' });
    display.clear();
    expect(stream.written).toEqual([]);
  });
});
