// Who this page is to the web station: takes the start token out of the address, trades it for a session, keeps that one.
import { webPaths } from '../../shared/ipc/web-wire.ts';

const KEPT_AS = 'airlock.session';

/** This page has no session, or not any more. */
export class SessionOver extends Error {}

/**
 * The session token of this tab: traded for the start token in the address, or kept from before a reload. The address is
 * cleared first, so that the token lies in no history. Throws SessionOver.
 */
export async function takeSession(): Promise<string> {
  const start = new URLSearchParams(location.hash.slice(1)).get('token');
  if (location.hash !== '') history.replaceState(null, '', location.pathname);
  if (start !== null) {
    const answer = await fetch(webPaths.session, { method: 'POST', headers: bearing(start) });
    if (answer.ok) {
      const { session } = (await answer.json()) as { readonly session: string };
      sessionStorage.setItem(KEPT_AS, session);
      return session;
    }
  }
  // An address opened a second time in the tab that it belongs to.
  const kept = sessionStorage.getItem(KEPT_AS);
  if (kept === null || !(await isKnown(kept))) throw forgotten();
  return kept;
}

/** Throws SessionOver where the station says that it does not know this session; a station that is away says nothing. */
export async function checkSession(session: string): Promise<void> {
  let isOver: boolean;
  try {
    isOver = !(await isKnown(session));
  } catch {
    return;
  }
  if (isOver) throw forgotten();
}

/** The header that a session or start token travels in. */
export const bearing = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function isKnown(session: string): Promise<boolean> {
  const { status } = await fetch(webPaths.session, { headers: bearing(session) });
  return status !== 401;
}

function forgotten(): SessionOver {
  sessionStorage.removeItem(KEPT_AS);
  return new SessionOver('This page has no session.');
}
