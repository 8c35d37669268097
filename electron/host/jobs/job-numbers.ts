// The numbers of a job at one moment: the engine's meter for bytes and speed, the rows for items.
import type { ProgressEvent } from '../../../shared/job/progress.ts';
import type { JobItem, JobNumbers } from '../../../shared/station/job.ts';
import { createProgressMeter } from '../../engine/index.ts';
import type { Clock } from '../../engine/index.ts';

export interface Numbers {
  report(event: ProgressEvent): void;
  /** While nothing may move there is no speed, and nobody knows how long it takes. */
  now(isHeld: boolean): JobNumbers;
}

/** No byte for so long, and what the meter still has is no speed of this moment. */
const STILL_MS = 5_000;
const COUNTED = new Set<JobItem['state']>(['done', 'present', 'skipped']);

export const NO_NUMBERS: JobNumbers = {
  doneBytes: 0,
  totalBytes: null,
  resentBytes: 0,
  presentBytes: 0,
  blobs: null,
  hosts: [],
  doneItems: 0,
  failedItems: 0,
  totalItems: null,
  bytesPerSecond: 0,
  secondsLeft: null,
};

export function createNumbers(
  clock: Pick<Clock, 'now'>,
  { rows }: { readonly rows: readonly JobItem[] },
): Numbers {
  const meter = createProgressMeter(clock, () => undefined);
  let lastByte = Number.NEGATIVE_INFINITY;
  let blobs: JobNumbers['blobs'] = null;
  const hosts = new Map<string, number>();
  return {
    report(event) {
      if (event.kind === 'bytes') lastByte = clock.now();
      else if (event.kind === 'blobs') blobs = { done: event.done, total: event.total };
      else if (event.kind === 'connections') hosts.set(event.host, event.open);
      meter.report(event);
    },
    now(isHeld) {
      const metered = meter.snapshot();
      const moves = !isHeld && clock.now() - lastByte < STILL_MS;
      const hasRows = rows.length > 0;
      return {
        doneBytes: metered.doneBytes,
        totalBytes: metered.totalBytes ?? null,
        resentBytes: metered.resentBytes,
        presentBytes: metered.presentBytes,
        blobs,
        hosts: [...hosts].map(([host, connections]) => ({ host, connections })),
        doneItems: hasRows ? rows.filter(({ state }) => COUNTED.has(state)).length : metered.doneItems,
        failedItems: hasRows ? rows.filter(({ state }) => state === 'failed').length : metered.failedItems,
        totalItems: hasRows ? rows.length : (metered.totalItems ?? null),
        bytesPerSecond: moves ? metered.bytesPerSecond : 0,
        secondsLeft: moves ? (metered.secondsLeft ?? null) : null,
      };
    },
  };
}
