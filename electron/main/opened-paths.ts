// Paths that the system hands over: arguments, a second start, a double click. Told to the screens once each.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `parameters` are those after the program. Switches are for Chromium; after `--` all are paths. A desktop may give file addresses. */
export function pathsFrom(parameters: readonly string[], folder: string): string[] {
  const end = parameters.indexOf('--');
  const given =
    end === -1
      ? parameters.filter((parameter) => !parameter.startsWith('-'))
      : [
          ...parameters.slice(0, end).filter((parameter) => !parameter.startsWith('-')),
          ...parameters.slice(end + 1),
        ];
  return given.flatMap((text) => {
    if (text === '') return [];
    if (!text.startsWith('file://')) return [resolve(folder, text)];
    try {
      return [fileURLToPath(text)];
    } catch {
      return [];
    }
  });
}

export interface OpenedPaths {
  /** Waits for the page where it has not asked yet. */
  add(paths: readonly string[]): void;
  /** For the page that asks with `station.describe`; from then on it is told. */
  take(): string[];
  /** The page is gone; the next one will ask. */
  holdBack(): void;
}

export function createOpenedPaths(tell: (paths: string[]) => void): OpenedPaths {
  let untold: string[] = [];
  let isHeard = false;
  return {
    add(paths) {
      if (paths.length === 0) return;
      if (isHeard) tell([...paths]);
      else untold.push(...paths);
    },
    take() {
      const taken = untold;
      untold = [];
      isHeard = true;
      return taken;
    },
    holdBack() {
      isHeard = false;
    },
  };
}
