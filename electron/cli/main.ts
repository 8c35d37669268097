// The process of the command: its streams, its signals, its exit code.
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { systemClock } from '../engine/index.ts';
import { runCommand } from './program.ts';

const cancel = new AbortController();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (cancel.signal.aborted) process.exit(130);
    cancel.abort(new AirlockError('CANCELLED', 'Cancelled; what was finished is kept.'));
  });

// A reader that has seen enough (`| head`) ends the command quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env,
  platform: process.platform,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: cancel.signal,
  clock: systemClock,
});
