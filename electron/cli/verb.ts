// What a verb is to the program: a body that runs in a job and yields what is printed.
import type { Command } from 'commander';
import type { Engine, JobContext } from '../engine/index.ts';
import type { CommandHost } from './host.ts';

/** Every verb has these. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Verbs that talk to registries have these too. */
export interface NetworkOptions extends CommonOptions {
  readonly plainHttp?: readonly string[];
  readonly ca?: readonly string[];
}

export interface VerbResult {
  readonly exit: number;
  /** Members of the one JSON document; `verb` and `exit` are added. Undefined where it was announced already. */
  readonly document: Readonly<Record<string, unknown>> | undefined;
  /** The same for people. */
  readonly lines: readonly string[];
  /** What failed, for standard error. */
  readonly problems?: readonly string[];
}

export interface VerbRun {
  readonly engine: Engine;
  readonly context: JobContext;
  readonly host: CommandHost;
  /** A line before the result, for verbs that run on (`serve`): text without --json, else the document. */
  readonly announce: (document: Readonly<Record<string, unknown>>, lines: readonly string[]) => void;
}

/** Runs a verb's body as the options say and keeps its exit code. */
export type RunVerb = (
  verb: string,
  options: CommonOptions | NetworkOptions,
  body: (run: VerbRun) => Promise<VerbResult>,
) => Promise<void>;

/** Adds one verb to the program. */
export type AddVerb = (program: Command, run: RunVerb) => void;
