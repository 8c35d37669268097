// The Import desk's own state: which bundle, where to, under which names, and the jobs that found out and did it.
import { create } from 'zustand';
import type { BundleSummary, Inspection, MappingRow } from '../../shared/format/results.ts';
import type { JobId, JobRequest, TagPolicy } from '../../shared/station/job.ts';
import type { ProbeResult } from '../../shared/station/target.ts';

export type ImportStep = 'bundle' | 'target' | 'mapping' | 'run';

/** The target as it is being typed; a password is held here until it was given to the station, and nowhere else. */
export interface TargetForm {
  readonly host: string;
  readonly prefix: string;
  readonly plainHttp: boolean;
  readonly certificate: string | null;
  readonly username: string;
  readonly password: string;
}

export interface LastVerify {
  readonly at: string;
  readonly outcome: 'done' | 'partial' | 'failed' | 'cancelled';
}

export interface ImportState {
  readonly step: ImportStep;
  readonly bundlePath: string | null;
  readonly bundle: BundleSummary | null;
  readonly inspection: Inspection | null;
  /** What a verify of this machine said of this very bundle last. */
  readonly lastVerify: LastVerify | null;
  readonly checkJob: JobId | null;
  readonly target: TargetForm;
  readonly verifyFirst: boolean;
  readonly probe: ProbeResult | null;
  readonly isProbing: boolean;
  readonly names: 'default' | 'keepHost';
  readonly tags: TagPolicy;
  readonly renamed: Readonly<Record<string, string>>;
  readonly left: readonly string[];
  readonly decided: Readonly<Record<string, 'skip' | 'overwrite'>>;
  readonly planJob: JobId | null;
  readonly rows: readonly MappingRow[] | null;
  readonly importJob: JobId | null;
}

const EMPTY_TARGET: TargetForm = {
  host: '',
  prefix: '',
  plainHttp: false,
  certificate: null,
  username: '',
  password: '',
};

export const NEW_IMPORT: ImportState = {
  step: 'bundle',
  bundlePath: null,
  bundle: null,
  inspection: null,
  lastVerify: null,
  checkJob: null,
  target: EMPTY_TARGET,
  verifyFirst: false,
  probe: null,
  isProbing: false,
  names: 'default',
  tags: 'ask',
  renamed: {},
  left: [],
  decided: {},
  planJob: null,
  rows: null,
  importJob: null,
};

export const useImport = create<ImportState>()(() => NEW_IMPORT);

/** Another bundle: what was chosen for the last one's names is not for this one; the target stays. */
export function chooseBundle(path: string): void {
  useImport.setState((state) => ({ ...NEW_IMPORT, target: state.target, bundlePath: path }));
}

/** Changes the target; what was found out of the old one counts no more. */
export function editTarget(change: Partial<TargetForm>): void {
  useImport.setState(({ target }) => ({
    target: { ...target, ...change },
    probe: null,
    rows: null,
    planJob: null,
  }));
}

/** `registry[/prefix]`, as a job takes it. */
export function targetOf({ host, prefix }: TargetForm): string {
  const path = prefix.trim().replace(/^\/+|\/+$/g, '');
  return path === '' ? host.trim() : `${host.trim()}/${path}`;
}

/** The prefix alone, as names at the target begin with it. */
export function prefixOf(form: TargetForm): string {
  return targetOf({ ...form, host: '' }).replace(/^\//, '');
}

/** What the job that looks every name up is asked. */
export function planRequest(state: ImportState): Extract<JobRequest, { readonly desk: 'plan' }> {
  return { desk: 'plan', ...namesOf(state), renamed: { ...state.renamed }, left: [...state.left] };
}

/** What the job that sends is asked. */
export function importRequest(state: ImportState): JobRequest {
  return {
    desk: 'import',
    ...namesOf(state),
    renamed: { ...state.renamed },
    left: [...state.left],
    decided: { ...state.decided },
    tags: state.tags,
    verifyFirst: state.verifyFirst,
  };
}

function namesOf({ bundlePath, target, names }: ImportState) {
  return { bundle: bundlePath ?? '', to: targetOf(target), names };
}

/** Gives one row another name under the target; the name it had by itself takes the choice back. */
export function rename(key: string, name: string | undefined): void {
  useImport.setState(({ renamed, decided }) => {
    const others = Object.fromEntries(Object.entries(renamed).filter(([each]) => each !== key));
    return {
      renamed: name === undefined ? others : { ...others, [key]: name },
      decided: Object.fromEntries(Object.entries(decided).filter(([each]) => each !== key)),
    };
  });
}

/** Settles one conflict: leave what is there, or move the tag. */
export function decide(key: string, choice: 'skip' | 'overwrite'): void {
  useImport.setState(({ decided }) => ({ decided: { ...decided, [key]: choice } }));
}

/** Takes a row out of this import, or back in. */
export function toggleLeft(key: string): void {
  useImport.setState(({ left }) => ({
    left: left.includes(key) ? left.filter((each) => each !== key) : [...left, key],
  }));
}
