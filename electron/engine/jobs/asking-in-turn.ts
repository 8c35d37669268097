// Questions of a job one after the other: its items run side by side, an operator does not.
import type { JobContext } from './job-context.ts';
import { orAborted } from './or-aborted.ts';

/** The same context; a job that is cancelled waits for no answer. */
export function askingInTurn(context: JobContext): JobContext {
  const { signal } = context;
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...context,
    ask(question) {
      const answer = orAborted(last, signal).then(() => orAborted(context.ask(question), signal));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}
