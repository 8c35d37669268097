// What runs in a page before any script of its own: the preload, with as much of `electron` as a sandboxed one has.

export interface PageWorldChoice {
  /** The function that calls out; taken from the page at once. */
  readonly binding: string;
  /** Where the function that is called in lies until the stand-in has taken it. */
  readonly entrance: string;
  /** The preload runs in main frames of this origin alone. */
  readonly origin: string;
}

/** The script's text. The preload's own is set into it, since a held page evaluates no text. */
export function pageWorldScript(choice: PageWorldChoice, preload: string): string {
  return `(${world.toString()})(${JSON.stringify(choice)}, function (require, module, exports) {\n${preload}\n});`;
}

type Preload = (require: (name: string) => unknown, module: object, exports: object) => void;
type Listener = (event: object, ...values: unknown[]) => void;

/** Runs in the page: nothing outside of it is known there. */
function world({ binding, entrance, origin }: PageWorldChoice, preload: Preload): void {
  const globals = globalThis as unknown as Record<string, unknown>;
  const post = globals[binding] as (text: string) => void;
  delete globals[binding];
  if (window.top !== window || location.origin !== origin) return;

  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Map<string, Set<Listener>>();
  const paths = new Map<string, string>();
  let lastId = 0;

  const deliver = (text: string): void => {
    const message = JSON.parse(text) as {
      readonly kind: 'answer' | 'event' | 'paths';
      readonly id: number;
      readonly channel: string;
      readonly values: readonly { readonly value?: unknown }[];
      readonly fault?: string;
      readonly paths: Readonly<Record<string, string>>;
    };
    if (message.kind === 'paths')
      for (const [name, path] of Object.entries(message.paths)) paths.set(name, path);
    else if (message.kind === 'event') {
      const values = message.values.map(({ value }) => value);
      for (const listener of listeners.get(message.channel) ?? []) listener({ sender: null }, ...values);
    } else {
      const asker = asked.get(message.id);
      asked.delete(message.id);
      if (message.fault === undefined) asker?.resolve(message.values[0]?.value);
      else asker?.reject(new Error(message.fault));
    }
  };
  Object.defineProperty(globals, entrance, { value: deliver, configurable: true });

  const ipcRenderer = {
    invoke(channel: string, ...values: unknown[]) {
      // What cannot be cloned is refused here, as it is by Electron.
      const cloned = structuredClone(values);
      const id = ++lastId;
      const asker = Promise.withResolvers<unknown>();
      asked.set(id, asker);
      post(
        JSON.stringify({
          kind: 'invoke',
          id,
          channel,
          values: cloned.map((value: unknown) => (value === undefined ? {} : { value })),
        }),
      );
      return asker.promise;
    },
    on(channel: string, listener: Listener) {
      const known = listeners.get(channel) ?? new Set();
      known.add(listener);
      listeners.set(channel, known);
      return ipcRenderer;
    },
    off(channel: string, listener: Listener) {
      listeners.get(channel)?.delete(listener);
      return ipcRenderer;
    },
  };

  /** Functions and plain data cross; an object with a class, a symbol or a prototype of its own does not. */
  const crossing = (value: unknown): unknown => {
    if (typeof value === 'function')
      return (...values: unknown[]) => crossing((value as Listener)(...(values.map(crossing) as [object])));
    if (typeof value === 'symbol') throw new Error('A symbol does not cross the bridge.');
    if (value === null || typeof value !== 'object') return value;
    if (value instanceof Promise) return value.then(crossing, (fault: unknown) => Promise.reject(fault));
    if (value instanceof Blob || value instanceof Error || value instanceof Date) return value;
    if (Array.isArray(value)) return value.map(crossing);
    if (Object.getPrototypeOf(value) !== Object.prototype)
      throw new Error('An object of a class does not cross the bridge.');
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, crossing(part)]));
  };
  const frozen = (value: unknown): unknown => {
    if (value !== null && typeof value === 'object') {
      for (const part of Object.values(value)) frozen(part);
      Object.freeze(value);
    }
    return value;
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld(name: string, api: unknown) {
        if (name in globals) throw new Error(`${name} is on the page already.`);
        Object.defineProperty(globals, name, { value: frozen(crossing(api)), enumerable: true });
      },
    },
    ipcRenderer,
    webUtils: { getPathForFile: (file: File) => paths.get(file.name) ?? '' },
  };
  const module = { exports: {} };
  preload(
    (name) => {
      if (name === 'electron') return electron;
      throw new Error(`A sandboxed preload has no ${name}.`);
    },
    module,
    module.exports,
  );
  post(JSON.stringify({ kind: 'hello' }));
}
