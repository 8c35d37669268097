// How a failure is told: what happened, on which side, what to do next. No stack, unless AIRLOCK_DEBUG asks for it.
import type { WireError } from '../../../shared/errors/wire.ts';
import { plain } from './table.ts';

const SIDES: Readonly<Record<WireError['side'], string | undefined>> = {
  source: 'source',
  bundle: 'bundle',
  target: 'target',
  machine: 'this machine',
  input: undefined,
  airlock: 'Airlock',
};
const MOST_PROBLEMS = 20;

/** The lines of one failure. Where several problems were found at once, each has a line of its own. */
export function failureLines(error: WireError): readonly string[] {
  const side = SIDES[error.side];
  const problems = error.details['problems'] ?? error.details['failures'] ?? error.details['files'];
  const listed = Array.isArray(problems) && problems.length > 1 ? problems : [];
  const more = listed.length - MOST_PROBLEMS;
  return [
    `airlock: ${plain(error.message)}`,
    ...listed.slice(0, MOST_PROBLEMS).map((problem) => `    ${plain(problem)}`),
    ...(more > 0 ? [`    and ${more} more; --json names all`] : []),
    ...(side === undefined ? [] : [`  side: ${side}`]),
    ...(error.code === 'INTERNAL' && error.causes[0] !== undefined
      ? [`  cause: ${plain(error.causes[0])}`]
      : []),
    `  next: ${plain(error.remedy)}`,
  ];
}

/** For AIRLOCK_DEBUG: the stack of the error and of all that caused it. */
export function stackLines(error: unknown): readonly string[] {
  const lines: string[] = [];
  for (let each = error, depth = 0; each instanceof Error && depth < 8; each = each.cause, depth += 1)
    lines.push(...(each.stack ?? each.message).split('\n').map((line) => `  ${plain(line)}`));
  return lines;
}
