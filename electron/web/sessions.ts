// Who may use the station: one start token at a time, traded once for the session of one tab.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const MOST_SESSIONS = 16;
const MOST_SOCKETS = 4;
/** A tab that was closed does not say so. */
const IDLE_MS = 12 * 60 * 60 * 1000;
const MOST_FAILURES = 20;
const FAILURES_WITHIN_MS = 60_000;

export interface Session {
  /** False where this tab has connections enough. */
  connect(): boolean;
  disconnect(): void;
}

export interface Sessions {
  /** A start token; the one before, if it was not used, is none any more. */
  newStartToken(): string;
  /** The token of a new session. `refused`: unknown, or used before. `full`: every session is in use. */
  exchange(startToken: string | undefined): { readonly session: string } | 'refused' | 'full';
  find(sessionToken: string | undefined): Session | undefined;
  /**
   * Whether so many wrong tokens came of late that the next wrong one is not even told so. A right one is always taken:
   * else any user of this host could lock the operator out.
   */
  readonly hasHadEnough: boolean;
}

/** `now` in milliseconds. `onExchange` hears that the start token was used. */
export function createSessions(now: () => number, onExchange: () => void = () => undefined): Sessions {
  let start: Buffer | undefined;
  const sessions = new Map<string, { sockets: number; seen: number }>();
  let failures: number[] = [];

  const fail = () => {
    failures = [...failures.filter((at) => now() - at < FAILURES_WITHIN_MS), now()].slice(-MOST_FAILURES);
  };

  /** Makes room where it can be had: tabs that have no connection, the longest unseen first. */
  const hasRoom = (): boolean => {
    const idle = [...sessions]
      .filter(([, { sockets }]) => sockets === 0)
      .sort((a, b) => a[1].seen - b[1].seen);
    for (const [key, { seen }] of idle)
      if (sessions.size >= MOST_SESSIONS || now() - seen > IDLE_MS) sessions.delete(key);
    return sessions.size < MOST_SESSIONS;
  };

  return {
    newStartToken() {
      const token = newToken();
      start = hashOf(token);
      return token;
    },
    exchange(startToken) {
      if (startToken === undefined || start === undefined || !timingSafeEqual(hashOf(startToken), start)) {
        fail();
        return 'refused';
      }
      if (!hasRoom()) return 'full';
      start = undefined;
      const token = newToken();
      sessions.set(keyOf(token), { sockets: 0, seen: now() });
      onExchange();
      return { session: token };
    },
    find(sessionToken) {
      // Only hashes are compared: how long that takes tells nothing of a token.
      const known = sessionToken === undefined ? undefined : sessions.get(keyOf(sessionToken));
      if (known === undefined) {
        fail();
        return undefined;
      }
      known.seen = now();
      return {
        connect() {
          if (known.sockets >= MOST_SOCKETS) return false;
          known.sockets += 1;
          return true;
        },
        disconnect() {
          known.sockets -= 1;
          known.seen = now();
        },
      };
    },
    get hasHadEnough() {
      return failures.filter((at) => now() - at < FAILURES_WITHIN_MS).length >= MOST_FAILURES;
    },
  };
}

const newToken = (): string => randomBytes(32).toString('base64url');
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
const keyOf = (token: string): string => hashOf(token).toString('hex');
