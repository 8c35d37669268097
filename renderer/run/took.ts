// How long a job took, as its receipt has it: the one source of that number, on the last step as in History.
import type { Receipt } from '../../shared/format/receipt.ts';
import { runTexts } from '../texts/run.ts';
import { formatDuration } from '../ui/quantities.ts';

/**
 * A receipt tells its times in whole seconds, and what a screen says of a job is what its receipt proves: to tell parts of a
 * second from the station's own clock would be a second number beside it, gone with the station.
 */
export function tookInWords(seconds: number): string {
  if (seconds < 1) return runTexts.underASecond;
  return seconds < 10 ? runTexts.seconds(seconds) : formatDuration(seconds);
}

export function secondsOf({ started, ended }: Pick<Receipt, 'started' | 'ended'>): number {
  return Math.max(0, (Date.parse(ended) - Date.parse(started)) / 1000);
}

/** `under 1 s`, `4 s`, `4 min 41 s` */
export function tookOf(receipt: Pick<Receipt, 'started' | 'ended'>): string {
  return tookInWords(secondsOf(receipt));
}
