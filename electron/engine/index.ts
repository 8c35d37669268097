// The engine's only door: what a host (the command, the station, the desktop) can have done.
// Rooms are loaded when a desk first needs them, so that opening a bundle costs no registry client.
import type { Receipt } from '../../shared/format/receipt.ts';
import type { EngineOptions } from './engine-options.ts';
import { listReceipts, readReceipt } from './jobs/receipts.ts';

export type { EngineOptions } from './engine-options.ts';
export { DEFAULT_LIMITS, quietContext, systemClock } from './jobs/job-context.ts';
export type { Clock, JobContext, Limits } from './jobs/job-context.ts';
export { createPause } from './jobs/pause.ts';
export { createProgressMeter } from './jobs/progress-meter.ts';
export type { ProgressSnapshot } from './jobs/progress-meter.ts';
export { stateFolder } from './jobs/state-folder.ts';

export interface Engine {
  /** Receipts of all jobs of this machine, newest first. */
  history(): Promise<readonly Receipt[]>;
  /** Throws FILE_NOT_FOUND. */
  receipt(job: string): Promise<Receipt>;
}

export function createEngine(options: EngineOptions): Engine {
  return {
    history: () => listReceipts(options.stateFolder),
    receipt: (job) => readReceipt(options.stateFolder, job),
  };
}
