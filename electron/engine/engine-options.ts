// What a host (command, station, desktop) tells the engine about where it runs. The engine itself reads no environment.
import type { HostChoice } from './registry/index.ts';

export interface EngineOptions {
  /** The process's environment, as it is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder of state that all hosts share (DESIGN §5). */
  readonly stateFolder: string;
  readonly version: string;
  /** `--plain-http HOST`, `--ca HOST=FILE`, and how many requests each takes at once, by host. */
  readonly hosts: Readonly<Record<string, HostChoice>>;
}
