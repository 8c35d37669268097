// Starts and stops the station's server, follows it, and takes bundles that are dropped or browsed to.
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { browse } from '../store/browse.ts';
import { unwrap, wireOf } from '../store/unwrap.ts';
import { serveTexts } from '../texts/serve.ts';
import { formProblem, nameOfPath } from './choices.ts';
import { changeForm, useServe } from './serve-store.ts';
import type { ServeForm } from './serve-store.ts';

/** Asks for the server's state, and hears of its changes until the returned function is called. */
export function followServer(): () => void {
  const stop = bridge().serve.changed((state) => useServe.setState({ state }));
  void loadServer();
  return stop;
}

export async function loadServer(): Promise<void> {
  const answer = await bridge().serve.state(undefined);
  if (answer.ok) useServe.setState({ state: answer.value });
}

export async function startServing(change: Partial<ServeForm> = {}): Promise<void> {
  if (useServe.getState().busy !== null) return;
  changeForm(change);
  const { form } = useServe.getState();
  if (formProblem(form) !== null) return;
  useServe.setState({ busy: 'starting', address: null, later: null });
  try {
    const state = unwrap(
      await bridge().serve.start({
        bundles: [...form.ticked],
        address: form.reach === 'machine' ? '127.0.0.1' : '0.0.0.0',
        port: form.port,
        writable: orNull(form.writable),
        tlsCert: orNull(form.certificate),
        tlsKey: orNull(form.key),
      }),
    );
    useServe.setState({ state });
    announce(serveTexts.announce.on(state.url ?? ''));
  } catch (error) {
    useServe.setState({ failure: { error: wireOf(error), isStop: false } });
    void loadServer();
  } finally {
    useServe.setState({ busy: null });
  }
}

export async function stopServing(): Promise<void> {
  if (useServe.getState().busy !== null) return;
  useServe.setState({ busy: 'stopping', failure: null, later: null });
  try {
    useServe.setState({ state: unwrap(await bridge().serve.stop(undefined)) });
    announce(serveTexts.announce.off);
  } catch (error) {
    useServe.setState({ failure: { error: wireOf(error), isStop: true } });
  } finally {
    useServe.setState({ busy: null });
  }
}

/** Ticks bundles by their paths; while others are served they are for the next start. */
export function giveBundles(paths: readonly string[]): void {
  if (paths.length === 0) return;
  const { form, state } = useServe.getState();
  const fresh = (known: readonly string[]) => [...known, ...paths.filter((path) => !known.includes(path))];
  changeForm({ ticked: fresh(form.ticked), given: fresh(form.given) });
  if (state?.on === true) useServe.setState({ later: nameOfPath(paths[0] ?? '') });
}

export async function browseForBundles(): Promise<void> {
  await browseFor(async () => giveBundles(await browse({ purpose: 'bundle', multiple: true })));
}

export async function browseForPath(field: 'certificate' | 'key' | 'writable'): Promise<void> {
  await browseFor(async () => {
    const purpose = field === 'writable' ? 'folder' : 'certificate';
    const [path] = await browse({ purpose, multiple: false });
    if (path !== undefined) changeForm({ [field]: path });
  });
}

async function browseFor(ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    useServe.setState({ failure: { error: wireOf(error), isStop: false } });
  }
}

/** Learns what a bundle holds and how it was checked here, once for each path. */
export async function lookAtBundle(path: string): Promise<void> {
  if (useServe.getState().about[path] !== undefined) return;
  const answer = await bridge().bundles.inspect({ bundle: path });
  useServe.setState(({ about }) => ({ about: { ...about, [path]: answer.ok ? answer.value : null } }));
}

function orNull(path: string): string | null {
  return path.trim() === '' ? null : path.trim();
}
