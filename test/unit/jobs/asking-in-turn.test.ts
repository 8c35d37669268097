import { expect, it } from 'vitest';
import { askingInTurn } from '../../../electron/engine/jobs/asking-in-turn.ts';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import type { Answer, Question } from '../../../shared/job/progress.ts';

const login = (host: string): Question => ({ kind: 'login', host, why: 'It asks for one.' });

/** An operator who answers when told to. */
function operator() {
  const open: { readonly question: Question; readonly answer: (answer: Answer) => void }[] = [];
  const job = new AbortController();
  const context = askingInTurn(
    quietContext({
      signal: job.signal,
      ask: (question) =>
        new Promise((resolve) => {
          open.push({ question, answer: resolve });
        }),
    }),
  );
  return { open, job, context };
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

it('asks the next question when the one before is answered', async () => {
  const { open, context } = operator();
  const answers = [context.ask(login('a.example')), context.ask(login('b.example'))];
  await turns();
  expect(open.map(({ question }) => question)).toEqual([login('a.example')]);
  open[0]?.answer({ kind: 'none' });
  await turns();
  expect(open.map(({ question }) => question)).toEqual([login('a.example'), login('b.example')]);
  open[1]?.answer({ kind: 'login', username: 'u', password: 'p' });
  expect(await Promise.all(answers)).toEqual([
    { kind: 'none' },
    { kind: 'login', username: 'u', password: 'p' },
  ]);
});

it('goes on asking after a question that failed', async () => {
  const context = askingInTurn(
    quietContext({
      ask: (question) =>
        question.kind === 'login' ? Promise.reject(new Error('closed')) : Promise.resolve({ kind: 'none' }),
    }),
  );
  const failed = context.ask(login('a.example'));
  const next = context.ask({ kind: 'secret', name: 'X', why: 'It is needed.' });
  await expect(failed).rejects.toThrow('closed');
  expect(await next).toEqual({ kind: 'none' });
});

it('waits for no answer once the job is cancelled, and asks nothing more', async () => {
  const { open, job, context } = operator();
  const answers = Promise.allSettled([context.ask(login('a.example')), context.ask(login('b.example'))]);
  await turns();
  job.abort(new Error('cancelled'));
  const reasons = (await answers).map((one) => (one.status === 'rejected' ? String(one.reason) : one.value));
  expect(reasons).toEqual(['Error: cancelled', 'Error: cancelled']);
  expect(open).toHaveLength(1);
});
