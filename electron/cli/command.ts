// The command once its code is loaded: its streams, its signals, its exit code.
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { systemClock } from '../engine/index.ts';
import type { CommandHost } from './host.ts';
import { runCommand } from './program.ts';
import { printFailure } from './run-verb.ts';

const cancel = new AbortController();
let cancelledAt = Number.NEGATIVE_INFINITY;

/** One Ctrl-C may come twice: from the terminal, and from a launcher that passes its own on. */
const SAME_PRESS_MS = 300;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    const now = performance.now();
    if (cancel.signal.aborted) {
      if (now - cancelledAt > SAME_PRESS_MS) process.exit(130);
      return;
    }
    cancelledAt = now;
    cancel.abort(
      new AirlockError('CANCELLED', 'Cancelled; what was finished is kept.', { details: { signal } }),
    );
  });

// A reader that has seen enough (`| head`) ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const args = process.argv.slice(2);
const host: CommandHost = {
  environment: process.env,
  platform: process.platform,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: cancel.signal,
  clock: systemClock,
};

// A fault that no verb caught is told like any other, not as a stack.
process.on('uncaughtException', (error) => {
  process.exit(printFailure(host, '', args.includes('--json'), error));
});

process.exitCode = await runCommand(args, host);
