import { PassThrough, Readable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { promptLine, readPasswordFromStdin } from '../../../electron/cli/output/prompt.ts';

function terminalOf() {
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  const shown: Buffer[] = [];
  stderr.on('data', (chunk: Buffer) => shown.push(chunk));
  const rawModes: boolean[] = [];
  Object.assign(stdin, { isTTY: true, setRawMode: (mode: boolean) => rawModes.push(mode) });
  const cancel = new AbortController();
  return {
    terminal: {
      stdin: stdin as unknown as ReadStream,
      stderr: stderr as unknown as WriteStream,
      signal: cancel.signal,
    },
    type: (keys: string) => stdin.write(keys),
    shown: () => Buffer.concat(shown).toString(),
    rawModes,
    cancel,
  };
}

describe('a question on a terminal', () => {
  it('echoes what is typed, save where it is a secret', async () => {
    const open = terminalOf();
    const name = promptLine(open.terminal, 'User: ');
    open.type('desk\r');
    expect(await name).toBe('desk');
    expect(open.shown()).toContain('desk');

    const hidden = terminalOf();
    const password = promptLine(hidden.terminal, 'Password: ', { secret: true });
    hidden.type('open sesame\r');
    expect(await password).toBe('open sesame');
    expect(hidden.shown()).toBe('Password: \n');
    // The terminal itself does not echo either, and is given back as it was.
    expect(hidden.rawModes).toEqual([true, false]);
  });

  it('ends as cancelled with Ctrl-C, with the end of input, and with the job', async () => {
    const interrupted = terminalOf();
    const one = promptLine(interrupted.terminal, 'Password: ', { secret: true });
    interrupted.type('half\u0003');
    await expect(one).rejects.toMatchObject({ code: 'CANCELLED' });

    const ended = terminalOf();
    const two = promptLine(ended.terminal, 'User: ');
    ended.type('\u0004');
    await expect(two).rejects.toMatchObject({ code: 'CANCELLED' });

    const cancelled = terminalOf();
    const three = promptLine(cancelled.terminal, 'User: ');
    cancelled.cancel.abort(new Error('enough'));
    await expect(three).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a password on standard input', () => {
  const stdin = (...chunks: readonly string[]) =>
    Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as ReadStream;

  it('is taken whole, without the line end that echo adds', async () => {
    expect(await readPasswordFromStdin(stdin(' open ', 'sesame \n'))).toBe(' open sesame ');
    expect(await readPasswordFromStdin(stdin('windows\r\n'))).toBe('windows');
  });

  it('is refused where there is none, or a file by mistake', async () => {
    await expect(readPasswordFromStdin(stdin('\n'))).rejects.toMatchObject({ code: 'USAGE' });
    await expect(readPasswordFromStdin(stdin('x'.repeat(70_000)))).rejects.toMatchObject({ code: 'USAGE' });
  });
});
