// The one way from the screens to what runs them: `window.airlock`, in the window as in the web station.
import type { StationApi } from '../../shared/ipc/types.ts';

export interface Bridge extends StationApi {
  /**
   * Where dropped files lie. The web station has them sent over first; a folder has no path there and is left out. Rejects
   * with a WireFailure where one could not be sent.
   */
  readonly pathsOf: (files: readonly File[]) => Promise<readonly string[]>;
  /**
   * Hears that this page lost its station, which is another thing than an engine that ended: what runs there goes on.
   * `station.changed` tells that it is back. A window has no line to lose.
   */
  readonly onLost?: (listener: () => void) => void;
}

declare global {
  interface Window {
    readonly airlock?: Bridge;
  }
}
