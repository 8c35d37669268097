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
  /**
   * Whether a host may be called at all, by `host[:port]` as in its URL (Docker Hub as docker.io). Where it says no, nothing goes
   * out, not even a question to DNS, and HOST_NOT_NAMED is thrown. Without it every host may be.
   */
  readonly mayCall?: (host: string) => boolean;
  /** Asked first for a login, before any file or helper: the station's keyring. A web server is asked for as `https://host`. */
  readonly login?: (
    host: string,
  ) => Promise<{ readonly username: string; readonly password: string } | undefined>;
}
