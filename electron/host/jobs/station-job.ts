// One job from its start to its end: state, stages, rows, numbers and questions, told as the contract has them.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../../shared/errors/codes.ts';
import { toWire } from '../../../shared/errors/wire.ts';
import type { WireError } from '../../../shared/errors/wire.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';
import { visible } from '../../../shared/messages/visible.ts';
import type { Events } from '../../../shared/ipc/types.ts';
import type { Answer, ProgressEvent, Question } from '../../../shared/job/progress.ts';
import type { JobItem, JobRequest, JobResult, JobSnapshot } from '../../../shared/station/job.ts';
import { createPause } from '../../engine/index.ts';
import type { Clock, JobContext } from '../../engine/index.ts';
import { createItemRows } from './item-rows.ts';
import { createNumbers } from './job-numbers.ts';
import { createPulse } from './pulse.ts';

/** What a run of a request came to; what it throws is why it failed as a whole. */
export interface JobEnd {
  readonly state: 'done' | 'partial' | 'failed' | 'cancelled';
  readonly result: JobResult;
  /** Null for desks that leave none. */
  readonly receipt: Receipt | null;
}

export interface StationJobOptions {
  readonly id: string;
  readonly title: string;
  readonly request: JobRequest;
  readonly clock: Clock;
  readonly events: Events['jobs'];
}

export interface StationJob {
  readonly id: string;
  readonly request: JobRequest;
  snapshot(): JobSnapshot;
  items(): readonly JobItem[];
  readonly result: JobResult | null;
  readonly receipt: Receipt | null;
  /** Runs it. Resolves when it has ended, `onEnd` included; never rejects. */
  run(
    body: (context: Pick<JobContext, 'signal' | 'report' | 'ask' | 'pause' | 'clock'>) => Promise<JobEnd>,
    onEnd: (job: StationJob) => Promise<void>,
  ): Promise<void>;
  pause(): void;
  goOn(): void;
  /** Resolves when it has stopped. */
  cancel(): Promise<void>;
  /** Throws BAD_CALL where nothing was asked. */
  answer(answer: Answer): void;
  /** Says something to the operator. */
  notice(text: string): void;
}

type Ended = {
  readonly state: JobEnd['state'] | 'interrupted';
  readonly at: number;
  readonly error: WireError | null;
};

const TELL_EVERY_MS = 100;
const LOOK_EVERY_MS = 1_000;
const MOST_MARKS = 200;
const MOST_NOTICES = 200;

/** What a registry said on the way to it is in it. */
function visibleQuestion(question: Question): Question {
  return 'why' in question ? { ...question, why: visible(question.why) } : question;
}

/** A job that begins now. */
export function createStationJob(options: StationJobOptions): StationJob {
  const { id, title, request, clock, events } = options;
  const started = clock.now();
  const rows = createItemRows({ isRead: request.desk === 'verify' });
  const numbers = createNumbers(clock, rows);
  const pause = createPause();
  const stop = new AbortController();
  const stages: JobSnapshot['stages'] = [];
  const notices: string[] = [];
  const questions: { readonly question: Question; readonly answer: (answer: Answer) => void }[] = [];
  let marks: JobSnapshot['marks'] = [];
  let waits: JobSnapshot['waits'] = [];
  let result: JobResult | null = null;
  let receipt: Receipt | null = null;
  let ended: Ended | undefined;
  let running = Promise.resolve();
  let seq = 0;

  const stateNow = (): JobSnapshot['state'] => {
    if (ended !== undefined) return ended.state;
    if (questions.length > 0) return 'asking';
    return pause.paused ? 'paused' : 'running';
  };

  const snapshot = (): JobSnapshot => ({
    id,
    desk: request.desk,
    title,
    request,
    state: stateNow(),
    stage: stages.at(-1)?.stage ?? null,
    stages: [...stages],
    started,
    ended: ended?.at ?? null,
    numbers: numbers.now(pause.paused || ended !== undefined),
    marks,
    waits: ended === undefined ? waits.filter(({ until }) => until > clock.now()) : [],
    notices: [...notices],
    question: ended === undefined ? (questions[0]?.question ?? null) : null,
    error: ended?.error ?? null,
    seq,
  });

  const changes = createPulse(TELL_EVERY_MS, () => {
    seq += 1;
    events.changed(snapshot());
  });
  const items = createPulse(TELL_EVERY_MS, () => {
    const changed = rows.takeChanged();
    if (changed.length > 0) events.itemsChanged({ job: id, items: changed });
  });
  let told = '';
  const progress = createPulse(TELL_EVERY_MS, () => {
    const current = numbers.now(pause.paused);
    const moved = rows.takeMoved();
    const text = JSON.stringify(current);
    if (moved.length === 0 && text === told) return;
    told = text;
    events.progress({ job: id, at: clock.now(), numbers: current, items: moved });
  });

  const mark = (text: string): void => {
    marks = [...marks, { at: clock.now(), text }].slice(-MOST_MARKS);
  };

  const notice = (said: string): void => {
    const text = visible(said);
    if (notices.includes(text)) return;
    notices.push(text);
    if (notices.length > MOST_NOTICES) notices.shift();
    mark(text);
    changes.touch();
  };

  /** Of several requests that one host has wait, the longest wait is the host's. */
  const waitFor = ({ host, seconds, why }: ProgressEvent & { readonly kind: 'waiting' }): void => {
    const until = clock.now() + seconds * 1000;
    const known = waits.find((wait) => wait.host === host);
    if (known !== undefined && known.until > until - 1_000) return;
    waits = [...waits.filter((wait) => wait.host !== host), { host, until, seconds, why: visible(why) }];
    mark(`${visible(why).replace(/\.$/, '')}, waited ${seconds} s`);
    changes.touch();
  };

  const report = (event: ProgressEvent): void => {
    if (ended !== undefined) return;
    numbers.report(event);
    rows.report(event);
    switch (event.kind) {
      case 'stage':
        stages.push({ stage: event.stage, at: clock.now() });
        changes.touch();
        progress.touch();
        return;
      case 'plan':
      case 'item':
        items.touch();
        progress.touch();
        return;
      case 'bytes':
      case 'blobs':
      case 'connections':
        progress.touch();
        return;
      case 'waiting':
        waitFor(event);
        return;
      case 'notice':
        notice(event.text);
        return;
    }
  };

  const ask = (question: Question): Promise<Answer> => {
    if (ended !== undefined || stop.signal.aborted) return Promise.resolve({ kind: 'none' });
    const { promise, resolve } = Promise.withResolvers<Answer>();
    questions.push({ question: visibleQuestion(question), answer: resolve });
    changes.touch();
    return promise;
  };

  /** Numbers that fall while nothing arrives, and waits that are over, are no event of the engine. */
  const look = (): void => {
    progress.touch();
    const left = waits.filter(({ until }) => until > clock.now());
    if (left.length === waits.length) return;
    waits = left;
    changes.touch();
  };

  const end = (state: JobEnd['state'], error: WireError | null): void => {
    items.touch();
    items.flush();
    progress.touch();
    progress.flush();
    ended = { state, at: clock.now(), error };
    for (const { answer } of questions.splice(0)) answer({ kind: 'none' });
  };

  const job: StationJob = {
    id,
    request,
    snapshot,
    items: () => rows.rows,
    get result() {
      return result;
    },
    get receipt() {
      return receipt;
    },
    run(body, onEnd) {
      const watch = setInterval(look, LOOK_EVERY_MS);
      watch.unref();
      changes.touch();
      const live = async (): Promise<void> => {
        try {
          const outcome = await body({ signal: stop.signal, report, ask, pause, clock });
          ({ result, receipt } = outcome);
          if (receipt !== null) rows.conclude(receipt);
          end(outcome.state, null);
        } catch (error) {
          const wire = toWire(error);
          // Damage that was found while it was being cancelled is not hushed up.
          const isCancelled =
            wire.code === 'CANCELLED' || (stop.signal.aborted && ERRORS[wire.code].exit !== 5);
          end(isCancelled ? 'cancelled' : 'failed', isCancelled ? null : wire);
        } finally {
          clearInterval(watch);
        }
        await onEnd(job);
        changes.touch();
        changes.flush();
        for (const pulse of [changes, items, progress]) pulse.stop();
      };
      running = live();
      return running;
    },
    pause() {
      if (ended !== undefined) return;
      pause.hold();
      changes.touch();
    },
    goOn() {
      if (ended !== undefined) return;
      pause.goOn();
      changes.touch();
    },
    async cancel() {
      stop.abort(new AirlockError('CANCELLED', 'Cancelled.'));
      for (const { answer } of questions.splice(0)) answer({ kind: 'none' });
      await running;
    },
    answer(answer) {
      const asked = questions[0];
      if (asked === undefined || (answer.kind !== 'none' && answer.kind !== asked.question.kind))
        throw new AirlockError('BAD_CALL', `The job ${id} did not ask that.`);
      questions.shift();
      asked.answer(answer);
      changes.touch();
    },
    notice,
  };
  return job;
}
