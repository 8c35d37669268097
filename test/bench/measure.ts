// Runs whole processes and tells how long they took and how much memory the largest one needed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface Measured {
  readonly seconds: number;
  /** Peak resident set of the largest process (VmHWM), bytes; 0 where the system does not tell. */
  readonly peakBytes: number;
}

function peakOf(pid: number): number {
  try {
    const match = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match?.[1] === undefined ? 0 : Number(match[1]) * 1024;
  } catch {
    return 0;
  }
}

/** Runs the commands one after another, as a shell loop would. Throws with what was printed where one fails. */
export async function measure(commands: readonly Command[]): Promise<Measured> {
  let peakBytes = 0;
  const started = process.hrtime.bigint();
  for (const command of commands)
    await new Promise<void>((resolve, reject) => {
      const child = spawn(command.path, command.args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...command.env },
        ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      });
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          printed = `${printed}${chunk.toString()}`.slice(-4000);
        });
      const poll = setInterval(() => {
        if (child.pid !== undefined) peakBytes = Math.max(peakBytes, peakOf(child.pid));
      }, 10);
      child.on('error', (error) => {
        clearInterval(poll);
        reject(error);
      });
      child.on('close', (code) => {
        clearInterval(poll);
        if (code === 0) resolve();
        else reject(new Error(`${command.path} ${command.args.join(' ')} ended with ${code}: ${printed}`));
      });
    });
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, peakBytes };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
