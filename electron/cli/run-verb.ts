// Runs one verb: makes the engine and the job's context, shows progress, prints the result or the failure.
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import { ERRORS } from '../../shared/errors/codes.ts';
import { toWire } from '../../shared/errors/wire.ts';
import { visibleJson } from '../../shared/messages/visible.ts';
import type { Answer, Question } from '../../shared/job/progress.ts';
import { createEngine, DEFAULT_LIMITS, quietContext, stateFolder } from '../engine/index.ts';
import type { JobContext } from '../engine/index.ts';
import type { CommandHost } from './host.ts';
import { readHostChoices } from './options.ts';
import { failureLines, stackLines } from './output/failure.ts';
import { createProgressDisplay } from './output/progress-line.ts';
import type { ProgressDisplay, ProgressMode } from './output/progress-line.ts';
import { promptLine } from './output/prompt.ts';
import { plain } from './output/table.ts';
import type { CommonOptions, RunVerb, VerbResult } from './verb.ts';
import { VERSION } from './version.ts';

/** `onExit` hears the exit code once, after everything was printed. */
export function createRunVerb(host: CommandHost, onExit: (code: number) => void): RunVerb {
  return async (verb, options, body) => {
    const display = createProgressDisplay(host.stderr, progressMode(host, options), host.clock);
    const print = (document: Readonly<Record<string, unknown>>, lines: readonly string[]) => {
      display.clear();
      if (options.quiet === true && options.json !== true) return;
      const text = options.json === true ? visibleJson({ verb, ...document }) : lines.join('\n');
      if (text !== '') host.stdout.write(`${text}\n`);
    };
    try {
      const engine = createEngine({
        environment: host.environment,
        stateFolder: stateFolder(host.environment, host.platform),
        version: VERSION,
        hosts: await readHostChoices(options),
      });
      const context = jobContext(host, options, display);
      const result = await body({ engine, context, host, announce: print });
      if (options.json !== true || result.document !== undefined)
        print({ exit: result.exit, ...result.document }, result.lines);
      for (const line of problemsOf(result, options)) host.stderr.write(`${line}\n`);
      onExit(result.exit);
    } catch (error) {
      display.clear();
      onExit(printFailure(host, verb, options.json === true, failureOf(error, host.signal)));
    }
  };
}

/** With --quiet a bad end is told even where its words are the result itself, as a verdict is. */
function problemsOf({ exit, lines, problems = [] }: VerbResult, options: CommonOptions): readonly string[] {
  const untold = options.quiet === true && options.json !== true && exit !== 0 && problems.length === 0;
  return untold ? lines : problems;
}

/** Tells a failure on standard error, and as the result document where --json asks for one. Returns its exit code. */
export function printFailure(host: CommandHost, verb: string, json: boolean, error: unknown): number {
  const wire = toWire(error);
  const { exit } = ERRORS[wire.code];
  const lines = [
    ...failureLines(wire),
    ...((host.environment['AIRLOCK_DEBUG'] ?? '') === '' ? [] : stackLines(error)),
  ];
  host.stderr.write(`${lines.join('\n')}\n`);
  if (json) host.stdout.write(`${visibleJson({ verb, exit, error: wire })}\n`);
  return exit;
}

/** Whatever a cancelled job throws, it was cancelled. */
function failureOf(error: unknown, signal: AbortSignal): unknown {
  if (!signal.aborted || (error instanceof AirlockError && ERRORS[error.code].exit === 5)) return error;
  return signal.reason instanceof AirlockError ? signal.reason : new AirlockError('CANCELLED', 'Cancelled.');
}

function progressMode(host: CommandHost, options: CommonOptions): ProgressMode {
  if (options.quiet === true) return 'none';
  return host.stderr.isTTY ? 'line' : 'stages';
}

function jobContext(host: CommandHost, options: CommonOptions, display: ProgressDisplay): JobContext {
  const answersQuestions = host.stdin.isTTY && host.stderr.isTTY && options.json !== true;
  return quietContext({
    signal: host.signal,
    report: display.report,
    limits: DEFAULT_LIMITS,
    clock: host.clock,
    secret: (name) => host.environment[name],
    ...(answersQuestions
      ? {
          ask: (question: Question) => {
            display.clear();
            return askOnTerminal(host, question);
          },
        }
      : {}),
  });
}

async function askOnTerminal(host: CommandHost, question: Question): Promise<Answer> {
  switch (question.kind) {
    case 'login': {
      host.stderr.write(`${plain(question.why)}\n`);
      const asked = `User for ${plain(question.host)} (none: go on without): `;
      const username = (await promptLine(host, asked)).trim();
      if (username === '') return { kind: 'none' };
      const password = await promptLine(host, `Password for ${username}: `, { secret: true });
      return { kind: 'login', username, password };
    }
    case 'secret': {
      host.stderr.write(`${plain(question.why)}\n`);
      return { kind: 'secret', value: await promptLine(host, `${plain(question.name)}: `, { secret: true }) };
    }
    default:
      return { kind: 'tagConflict', choice: await askTagConflict(host, question) };
  }
}

async function askTagConflict(
  host: CommandHost,
  question: Question & { readonly kind: 'tagConflict' },
): Promise<'skip' | 'overwrite' | 'fail'> {
  host.stderr.write(
    `${plain(question.target)} names something else there.\n  there: ${question.there}\n  ours:  ${question.ours}\n`,
  );
  let choice: 'skip' | 'overwrite' | 'fail' | undefined;
  while (choice === undefined) {
    const answer = (await promptLine(host, '[s]kip, [o]verwrite or [f]ail? ')).trim().toLowerCase();
    if (answer !== '')
      choice = (['skip', 'overwrite', 'fail'] as const).find((each) => each.startsWith(answer));
  }
  return choice;
}
