// The bridge of the web station: every channel over one WebSocket, dropped files sent over by PUT.
import type { WireError } from '../../shared/errors/wire.ts';
import { channelName, channels } from '../../shared/ipc/channels.ts';
import type { StationFacts } from '../../shared/ipc/schemas.ts';
import type { StationApi } from '../../shared/ipc/types.ts';
import { webPaths } from '../../shared/ipc/web-wire.ts';
import { WireFailure } from '../store/unwrap.ts';
import type { Bridge } from './bridge.ts';
import { bearing, checkSession, SessionOver, takeSession } from './web-session.ts';
import { noAnswer, openSocket } from './web-socket.ts';
import type { WebSocketCalls } from './web-socket.ts';

const CHANGED = channelName('station', 'changed');
const OPENED = channelName('station', 'opened');
const DESCRIBE = channelName('station', 'describe');

const OVER = 'This page’s session has ended. Open the address that `airlock web` prints.';

/** Never resolves where the station does not know this page: then the page says so, and there is nothing else on it. */
export async function createWebBridge(): Promise<Bridge> {
  try {
    const session = await takeSession();
    const lost = new Set<() => void>();
    const calls: WebSocketCalls = await openSocket({
      session,
      mayConnect: () => checkSession(session),
      onOver: sayOver,
      onLost: () => {
        for (const listener of lost) listener();
      },
      onBack: () => void tellBack(calls),
    });
    return {
      ...stationApi(calls),
      pathsOf: (files) => sendFiles(files, session),
      onLost: (listener) => void lost.add(listener),
    };
  } catch (error) {
    sayOver(error);
    return new Promise(() => undefined);
  }
}

function stationApi(calls: WebSocketCalls): StationApi {
  const groups = Object.entries(channels).map(([group, names]) => [
    group,
    Object.fromEntries(
      Object.entries(names).map(([name, kind]) => {
        const channel = channelName(group, name);
        return [
          name,
          kind === 'invoke'
            ? (input: unknown) => calls.call(channel, input)
            : (listener: (payload: unknown) => void) => calls.listen(channel, listener),
        ];
      }),
    ),
  ]);
  return Object.fromEntries(groups) as StationApi;
}

/** What happened meanwhile was not heard: screens ask for everything anew when the station tells how it stands. */
async function tellBack(calls: WebSocketCalls): Promise<void> {
  const described = await calls.call(DESCRIBE, undefined);
  // Lost once more; it is asked again when it is back.
  if (!described.ok) return;
  const facts = described.value as StationFacts;
  calls.emit(CHANGED, { engine: facts.engine, route: facts.route });
  if (facts.opened.length > 0) calls.emit(OPENED, { paths: facts.opened });
}

/** Throws WireFailure where one could not be sent over; those before it lie there, and go with the station. */
async function sendFiles(files: readonly File[], session: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const file of files) {
    if (await isFolder(file)) continue;
    const answer = await fetch(`${webPaths.dropped}?name=${encodeURIComponent(file.name)}`, {
      method: 'PUT',
      headers: bearing(session),
      body: file,
    }).catch(() => {
      throw new WireFailure(noAnswer('The connection to the station was lost while the file was sent over.'));
    });
    if (!answer.ok) throw await refusalOf(answer);
    paths.push(((await answer.json()) as { readonly path: string }).path);
  }
  return paths;
}

/** A folder can be dropped like a file, but has no bytes to send. */
async function isFolder(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return false;
  } catch {
    return true;
  }
}

async function refusalOf(answer: Response): Promise<WireFailure> {
  try {
    return new WireFailure((await answer.json()) as WireError);
  } catch {
    return new WireFailure(noAnswer('The station refused the file.'));
  }
}

function sayOver(error: unknown): void {
  const text = document.createElement('p');
  text.setAttribute('role', 'alert');
  text.textContent =
    error instanceof SessionOver ? OVER : 'The station does not answer. Start it with `airlock web`.';
  const main = document.createElement('main');
  main.append(text);
  document.body.replaceChildren(main);
}
