// The system that a station runs on, as its screens are told.
import type { StationFacts } from '../../shared/ipc/schemas.ts';

/** What else Node runs on behaves like Linux here. */
export function stationPlatform(): StationFacts['platform'] {
  return process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
}
