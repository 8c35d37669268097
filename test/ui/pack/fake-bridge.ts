// A bridge without a station: answers what a test gave it, tells what a test has it tell, and remembers what was asked.
import { channels } from '../../../shared/ipc/channels.ts';
import { connectBridge } from '../../../renderer/bridge/client.ts';
import type { Bridge } from '../../../renderer/bridge/bridge.ts';

type Answer = (input: never) => unknown;

export interface FakeBridge {
  /** `contents.read`, with what it was asked. */
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  callsOf(name: string): unknown[];
  /** Another answer from now on. What it throws is the answer's error. */
  answer(name: string, answer: Answer): void;
  tell(name: string, payload: unknown): void;
  /** The page hears that its station does not answer. */
  lose(): void;
}

/** Puts itself in place of the station for as long as the test file runs. */
export async function fakeBridge(answers: Readonly<Record<string, Answer>> = {}): Promise<FakeBridge> {
  const calls: { readonly name: string; readonly input: unknown }[] = [];
  const answersNow = new Map(Object.entries(answers));
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const onLost = new Set<() => void>();

  const invoke = (name: string) => async (input: unknown) => {
    calls.push({ name, input });
    const answer = answersNow.get(name);
    if (answer === undefined) return { ok: true, value: undefined };
    try {
      return { ok: true, value: await answer(input as never) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  const listen = (name: string) => (listener: (payload: unknown) => void) => {
    const set = listeners.get(name) ?? new Set();
    listeners.set(name, set.add(listener));
    return () => void set.delete(listener);
  };
  const groups = Object.entries(channels).map(([group, names]) => [
    group,
    Object.fromEntries(
      Object.entries(names).map(([name, kind]) => [
        name,
        kind === 'invoke' ? invoke(`${group}.${name}`) : listen(`${group}.${name}`),
      ]),
    ),
  ]);
  const bridge = {
    ...Object.fromEntries(groups),
    pathsOf: (files: readonly File[]) => Promise.resolve(files.map(({ name }) => `/dropped/${name}`)),
    onLost: (listener: () => void) => void onLost.add(listener),
  } as Bridge;
  Object.defineProperty(window, 'airlock', { value: bridge, configurable: true });
  await connectBridge();
  return {
    calls,
    callsOf: (name) => calls.filter((call) => call.name === name).map(({ input }) => input),
    answer: (name, answer) => void answersNow.set(name, answer),
    tell: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload);
    },
    lose: () => {
      for (const listener of onLost) listener();
    },
  };
}
