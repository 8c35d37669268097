// What a page of the web station and the station say to each other: where, and in which messages.
import type { Result } from './types.ts';

/** POST and GET of a session, the WebSocket of all calls, PUT of a dropped file (`?name=`). */
export const webPaths = { session: '/session', calls: '/calls', dropped: '/dropped' } as const;

/** What the WebSocket speaks. The page offers this and its token; the station answers with this alone. */
export const webProtocol = 'airlock';
export const tokenProtocolPrefix = 'airlock.token.';

/** The station is silent for at most this long. */
export const beatMs = 10_000;

/** So many beats may pass unheard before either side takes the other for gone: less happens to a page on a busy machine. */
export const mostSilentBeats = 3;

/** From the page. `channel` is a `channelName`; the answer carries the same id. */
export interface CallMessage {
  readonly id: number;
  readonly channel: string;
  readonly input?: unknown;
}

/** From the station. */
export type StationMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | { readonly kind: 'event'; readonly channel: string; readonly payload: unknown }
  | { readonly kind: 'beat' };
