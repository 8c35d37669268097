// Shows a running job: one line that is rewritten on a terminal, a line per stage elsewhere, nothing with --quiet.
import { createProgressMeter } from '../../engine/index.ts';
import type { Clock, ProgressSnapshot } from '../../engine/index.ts';
import type { ProgressEvent, Stage } from '../../../shared/job/progress.ts';
import { count, formatBytes, formatDuration } from './quantities.ts';
import { plain } from './table.ts';

const STAGES: Readonly<Record<Stage, string>> = {
  resolve: 'resolving references',
  check: 'checking',
  transfer: 'transferring',
  seal: 'sealing',
  verify: 'verifying',
  probe: 'asking the target',
  push: 'pushing',
  export: 'exporting',
  serve: 'serving',
};

export interface ProgressDisplay {
  readonly report: (event: ProgressEvent) => void;
  /** Takes the line away, before a question or a result is written. The next event brings it back. */
  clear(): void;
}

export type ProgressMode = 'line' | 'stages' | 'none';

export function createProgressDisplay(
  stream: { readonly columns?: number; write(text: string): unknown },
  mode: ProgressMode,
  clock: Pick<Clock, 'now'>,
): ProgressDisplay {
  if (mode === 'none') return { report: () => undefined, clear: () => undefined };
  let shown = false;
  const clear = () => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  const say = (text: string) => {
    clear();
    stream.write(`${plain(text)}\n`);
  };
  const meter = createProgressMeter(clock, (snapshot) => {
    if (mode !== 'line') return;
    const text = plain(lineOf(snapshot)).slice(0, (stream.columns ?? 80) - 1);
    stream.write(`\r${text}\u001b[K`);
    shown = true;
  });
  return {
    clear,
    report(event) {
      meter.report(event);
      if (event.kind === 'notice') say(event.text);
      if (event.kind === 'waiting')
        say(`waiting ${formatDuration(event.seconds)} for ${event.host}: ${event.why}`);
      if (event.kind === 'stage' && mode === 'stages') say(stageOf(event));
    },
  };
}

function stageOf(event: ProgressEvent & { readonly kind: 'stage' }): string {
  const amounts = [
    ...(event.totalItems === undefined ? [] : [count(event.totalItems, 'item')]),
    ...(event.totalBytes === undefined ? [] : [formatBytes(event.totalBytes)]),
  ];
  return [STAGES[event.stage], ...(amounts.length === 0 ? [] : [amounts.join(', ')])].join(': ');
}

function lineOf(snapshot: ProgressSnapshot): string {
  const { stage, doneBytes, totalBytes, doneItems, totalItems, bytesPerSecond, secondsLeft } = snapshot;
  const parts = [stage === undefined ? 'starting' : STAGES[stage]];
  if (totalBytes !== undefined && totalBytes > 0) {
    const share = Math.min(100, Math.floor((100 * doneBytes) / totalBytes));
    parts.push(`${share}%`, `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`);
  } else if (doneBytes > 0) parts.push(formatBytes(doneBytes));
  if (totalItems !== undefined) parts.push(`${doneItems} of ${count(totalItems, 'item')}`);
  if (bytesPerSecond > 0) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft !== undefined && secondsLeft >= 1) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join('  ');
}
