// What the session of the screens may do: read the screens, put text on the clipboard, and nothing else. It lives in memory.
import type { Session } from 'electron';
import type { Screens } from '../host/screens.ts';
import { ORIGIN, SCHEME, START_PAGE } from './origin.ts';

/** `session.fromPartition` without `persist:` keeps nothing on disk. */
export const PARTITION = 'airlock';

/** The scheme's rights: its own origin, fetch of its own files, compiled code kept. */
export const SCHEME_RIGHTS = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const;

/**
 * Before the first window. `hasDevTools`, where nothing is packaged, lets the browser's own tools read their pages.
 */
export async function holdSession(session: Session, screens: Screens, hasDevTools: boolean): Promise<void> {
  session.protocol.handle(SCHEME, (request) => answerRequest(request, screens));
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url, hasDevTools) }));
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl, isMainFrame }) =>
    answer(mayUse(permission, requestingUrl, isMainFrame)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin, { isMainFrame }) =>
    mayUse(permission, origin, isMainFrame),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler(null);
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
  // Else a system's proxy script would be looked for on the network.
  await session.setProxy({ mode: 'direct' });
}

/** A file of the screens by its exact name; everything else is not there. Never throws. */
export function answerRequest(
  request: { readonly url: string; readonly method: string },
  screens: Screens,
): Response {
  if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } });
  const url = URL.parse(request.url);
  const file =
    url !== null && `${url.protocol}//${url.host}` === ORIGIN ? screens.file(url.pathname) : undefined;
  if (file === undefined) return new Response(null, { status: 404 });
  return new Response(Uint8Array.from(file.body), { headers: { ...file.headers } });
}

export function mayRequest(url: string, hasDevTools: boolean): boolean {
  return url.startsWith(START_PAGE) || (hasDevTools && url.startsWith('devtools://'));
}

/** Copying a digest writes to the clipboard; nobody reads it. */
export function mayUse(permission: string, requester: string, isMainFrame: boolean): boolean {
  return (
    permission === 'clipboard-sanitized-write' &&
    isMainFrame &&
    (requester === ORIGIN || requester.startsWith(START_PAGE))
  );
}
