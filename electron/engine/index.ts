// The engine's only door: what a host (the command, the station, the desktop) can have done.
// Rooms are loaded when a desk first needs them, so that opening a bundle costs no registry client.
import type { Digest } from '../../shared/domain/digest.ts';
import type { Receipt } from '../../shared/format/receipt.ts';
import type { ContentsFound, LockView } from '../../shared/station/contents.ts';
import type { ProbeResult } from '../../shared/station/target.ts';
import type { BundleForm, Fingerprint } from './bundle/index.ts';
import type { ListToWrite, WrittenList } from './content/gather/write-list.ts';
import type { LockSummary } from './content/lock-summary.ts';
import type { MovedTag } from './lock/find-moved.ts';
import type { BundleDiff } from './inspect/diff-bundles.ts';
import type { Inspection } from './inspect/inspect-bundle.ts';
import type { MappingRow, TagPolicy } from './import/index.ts';
import type { JobContext } from './jobs/job-context.ts';
import type { AskedSource, LockRequest } from './lock/run-lock.ts';
import type { PackRequest, PackResult } from './pack/run-pack.ts';
import type { ByHand } from './relocate/index.ts';
import type { ProbeChoice } from './probe/index.ts';
import type { LoginResult, LogoutResult } from './registry/credentials/login.ts';
import type { ServedRequest, Serving } from './serve/index.ts';
import type { VerifyResult } from './verify/verify-result.ts';

export { createEngine } from './create-engine.ts';
export { fileFailure } from './disk/file-failure.ts';
export { openRegularFile } from './disk/open-file.ts';
export type { EngineOptions } from './engine-options.ts';
export type { MappingRow, TagPolicy } from './import/index.ts';
export { DEFAULT_LIMITS, quietContext, systemClock } from './jobs/job-context.ts';
export type { Clock, JobContext, Limits } from './jobs/job-context.ts';
export { createPause } from './jobs/pause.ts';
export { createProgressMeter } from './jobs/progress-meter.ts';
export type { ProgressSnapshot } from './jobs/progress-meter.ts';
export { stateFolder, stateFolderFailure } from './jobs/state-folder.ts';
export { createThrottle } from './jobs/throttle.ts';
export type { Throttle } from './jobs/throttle.ts';
export { findProgram } from './registry/credentials/find-program.ts';
export type { LockRequest } from './lock/run-lock.ts';
export type { PackRequest } from './pack/run-pack.ts';
export type { ProbeChoice } from './probe/index.ts';
export type { ServedRequest, Serving } from './serve/index.ts';

/** What every verb says first about a bundle. */
export interface BundleSummary {
  readonly path: string;
  readonly form: BundleForm;
  readonly name: string;
  readonly id: Digest;
  readonly marking: string | undefined;
  readonly fingerprint: Fingerprint;
  /** No bundle of this version is signed. */
  readonly signed: false;
  readonly warnings: readonly string[];
}

/** Every job ends with a receipt, kept in the state folder where that could be written. */
export interface JobOutcome {
  readonly receipt: Receipt;
  readonly receiptPath: string | undefined;
}

export interface LockOutcome extends JobOutcome {
  readonly name: string;
  readonly path: string;
  readonly summary: LockSummary;
  /** Tags that named other bytes in the lock that this one has replaced. */
  readonly moved: readonly MovedTag[];
  readonly sources: readonly AskedSource[];
}

export interface PackOutcome extends JobOutcome {
  readonly place: string;
  /** Undefined where nothing was sealed. */
  readonly bundle: BundleSummary | undefined;
  readonly sealed: PackResult['sealed'];
}

export interface VerifyChoice {
  readonly bundle: string;
  /** Decompress every layer and check it against its image's config. */
  readonly deep: boolean;
  /** Also what an operating system left on the medium makes the bundle one that is not accepted. */
  readonly strict: boolean;
}

export interface VerifyOutcome extends JobOutcome {
  readonly bundle: BundleSummary;
  readonly result: VerifyResult;
}

export interface ImportChoice extends ByHand {
  readonly bundle: string;
  /** `registry[/prefix]`. */
  readonly to: string;
  /** `keep-host`, or a file of rules; undefined for the default names. */
  readonly map: string | undefined;
  readonly tags: TagPolicy;
  readonly verifyFirst: boolean;
  readonly dryRun: boolean;
  readonly noTag: boolean;
}

/** What an import would do, looked up at the target. Nothing is sent, no receipt is kept. */
export type PlanChoice = Pick<ImportChoice, 'bundle' | 'to' | 'map' | 'noTag' | keyof ByHand>;

export interface PlanOutcome {
  readonly bundle: BundleSummary;
  readonly rows: readonly MappingRow[];
}

export interface ImportOutcome extends JobOutcome {
  readonly bundle: BundleSummary;
  /** Only for a dry run. */
  readonly rows: readonly MappingRow[];
}

/** One of the four forms; platforms as people write them. */
export type ExportChoice =
  | { readonly what: 'images'; readonly path: string; readonly platform?: string }
  | { readonly what: 'item'; readonly name: string; readonly folder: string }
  | { readonly what: 'charts'; readonly folder: string }
  | { readonly what: 'files'; readonly folder: string };

export interface ExportOutcome extends JobOutcome {
  readonly bundle: BundleSummary;
  readonly place: string;
}

export interface InspectOutcome {
  readonly bundle: BundleSummary;
  readonly inspection: Inspection;
}

export interface DiffOutcome {
  readonly older: BundleSummary;
  readonly newer: BundleSummary;
  readonly diff: BundleDiff;
}

export interface ServeChoice {
  readonly bundles: readonly string[];
  /** `address:port`; port 0 takes a free one. */
  readonly addr: string;
  readonly writable: string | undefined;
  /** PEM files. */
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  /** Called when a request has ended, however it ended. */
  readonly onRequest?: ((entry: ServedRequest) => void) | undefined;
}

export interface Station {
  readonly serving: Serving;
  readonly bundles: readonly BundleSummary[];
  /** Ends the server and closes its bundles. */
  close(): Promise<void>;
}

export interface Engine {
  /** Throws what the list and its sources give cause to; a lock is written only when nothing failed. */
  lock(request: LockRequest, context: JobContext): Promise<LockOutcome>;
  pack(request: PackRequest, context: JobContext): Promise<PackOutcome>;
  /** Damage is a verdict and not thrown, save where the bundle cannot even be opened. */
  verify(choice: VerifyChoice, context: JobContext): Promise<VerifyOutcome>;
  import(choice: ImportChoice, context: JobContext): Promise<ImportOutcome>;
  export(choice: ExportChoice & { readonly bundle: string }, context: JobContext): Promise<ExportOutcome>;
  /** Resolves when the port is open. */
  serve(choice: ServeChoice, context: JobContext): Promise<Station>;
  /** The rows of a dry run. Throws what an import throws before its first byte, conflicts of names save: those stand in the rows. */
  plan(choice: PlanChoice, context: JobContext): Promise<PlanOutcome>;
  /** What DESIGN §6 asks for before the first byte leaves, and what is inside. Throws BUNDLE_… for what it finds; keeps no receipt. */
  check(path: string, context: JobContext): Promise<InspectOutcome>;
  /** What is inside, without reading blobs. */
  inspect(path: string, context: JobContext): Promise<InspectOutcome>;
  diff(older: string, newer: string, context: JobContext): Promise<DiffOutcome>;
  /**
   * What an operator pasted, dropped or chose, as entries of a list. Nobody is asked. What cannot be read stands in the answer
   * and is not thrown.
   */
  readContents(given: {
    readonly text: string | null;
    readonly paths: readonly string[];
  }): Promise<ContentsFound>;
  /**
   * Writes a draft as a transfer list, and over no file but its own; the old file or the whole new one is there at any time.
   * Throws USAGE for its name.
   */
  writeList(list: ListToWrite): Promise<WrittenList>;
  /** A lock as the desk shows it. Throws what reading a lock throws. */
  lockView(path: string, told?: Pick<LockOutcome, 'moved' | 'sources'>): Promise<LockView>;
  /** Tests a registry to its first fault. Nothing is written, nothing but a cancel is thrown. */
  probe(choice: ProbeChoice, context: JobContext): Promise<ProbeResult>;
  /** Tries a login and keeps nothing. Throws UNAUTHORIZED where it is wrong. */
  tryLogin(
    choice: { readonly host: string; readonly username: string; readonly password: string },
    context: JobContext,
  ): Promise<void>;
  /** Tries a login and keeps it. Throws UNAUTHORIZED where it is wrong, and then keeps nothing. */
  login(
    choice: { readonly host: string; readonly username: string; readonly password: string },
    context: JobContext,
  ): Promise<LoginResult>;
  logout(host: string): Promise<LogoutResult>;
  /** Receipts of all jobs of this machine, newest first. */
  history(): Promise<readonly Receipt[]>;
  /** Throws FILE_NOT_FOUND. */
  receipt(job: string): Promise<Receipt>;
}
