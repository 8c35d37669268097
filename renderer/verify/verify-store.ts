// The Verify desk's own state: which bundle, how strictly, the job that checks it, and how its findings are looked at.
import { create } from 'zustand';
import type { z } from 'zod';
import type { WireError } from '../../shared/errors/wire.ts';
import type { schemas } from '../../shared/ipc/schemas.ts';
import type { JobId } from '../../shared/station/job.ts';

export const VERIFY_TABS = ['why', 'findings', 'files', 'items', 'differences'] as const;
export type VerifyTab = (typeof VERIFY_TABS)[number];

export type OpenedBundle = z.infer<(typeof schemas)['bundles']['inspect']['output']>;
export type ComparedBundles = z.infer<(typeof schemas)['bundles']['diff']['output']>;

/** What is known of a bundle before it is checked: its lists, or why they cannot be read. */
export type Opened =
  | { readonly kind: 'opened'; readonly value: OpenedBundle }
  | { readonly kind: 'refused'; readonly error: WireError };

/** How this bundle differs from an earlier one. */
export type Comparison =
  | { readonly kind: 'none' }
  | { readonly kind: 'comparing'; readonly path: string }
  | { readonly kind: 'compared'; readonly path: string; readonly value: ComparedBundles }
  | { readonly kind: 'failed'; readonly path: string; readonly error: WireError };

export interface VerifyState {
  readonly bundlePath: string | null;
  readonly deep: boolean;
  readonly strict: boolean;
  /** Bundles whose lists were read for this screen, by path. */
  readonly opened: Readonly<Record<string, Opened>>;
  readonly verifyJob: JobId | null;
  readonly startError: WireError | null;
  /** Null until one was chosen: the findings where there are any. */
  readonly tab: VerifyTab | null;
  readonly filter: string;
  readonly comparison: Comparison;
}

const NO_COMPARISON: Comparison = { kind: 'none' };

/** How the findings of a job are looked at when they are new. */
export const NEW_LOOK = { tab: null, filter: '', comparison: NO_COMPARISON, startError: null } as const;

export const NEW_VERIFY: VerifyState = {
  bundlePath: null,
  deep: false,
  strict: false,
  opened: {},
  verifyJob: null,
  ...NEW_LOOK,
};

export const useVerify = create<VerifyState>()(() => NEW_VERIFY);

/** Another bundle at the first step. What was found of the last one is in History; what lies there now is read anew. */
export function chooseBundle(path: string): void {
  useVerify.setState(({ opened }) => ({
    bundlePath: path,
    verifyJob: null,
    opened: without(opened, path),
    ...NEW_LOOK,
  }));
}

export function without(opened: VerifyState['opened'], path: string): VerifyState['opened'] {
  return Object.fromEntries(Object.entries(opened).filter(([known]) => known !== path));
}

/** The job on the screen; its findings are looked at from the beginning. */
export function showJob(verifyJob: JobId): void {
  useVerify.setState({ verifyJob, ...NEW_LOOK });
}
