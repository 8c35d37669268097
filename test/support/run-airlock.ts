// Runs the command in this process, with streams that remember: what an operator types, and what is answered.
import { Readable, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { systemClock } from '../../electron/engine/index.ts';
import { runCommand } from '../../electron/cli/program.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunAirlockOptions {
  /** AIRLOCK_HOME and HOME belong in it, so that no run touches the developer's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** Hears standard output as it comes: a server says where it listens long before it ends. */
  readonly onOutput?: (text: string) => void;
}

/** `airlock <args>` without a terminal. */
export async function runAirlock(args: readonly string[], options: RunAirlockOptions): Promise<Ran> {
  const stdout = rememberingStream(options.onOutput);
  const stderr = rememberingStream();
  const code = await runCommand(args, {
    environment: options.environment,
    platform: process.platform,
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]) as ReadStream,
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: options.signal ?? new AbortController().signal,
    clock: systemClock,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** The one document of a run with --json. */
export function documentOf(ran: Ran): Readonly<Record<string, unknown>> {
  const lines = ran.stdout.split('\n').filter((line) => line !== '');
  if (lines.length !== 1) throw new Error(`expected one document, got ${lines.length} lines:\n${ran.stdout}`);
  return JSON.parse(lines[0] ?? '') as Readonly<Record<string, unknown>>;
}

function rememberingStream(onText?: (text: string) => void): {
  readonly stream: WriteStream;
  text(): string;
} {
  const parts: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      parts.push(chunk);
      onText?.(chunk);
      done();
    },
  });
  return { stream: stream as WriteStream, text: () => parts.join('') };
}
