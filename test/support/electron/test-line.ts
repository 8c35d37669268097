// The stand-in's end of the line to its test: records what main does, asks for answers, does what the test wants done.
import type { z } from 'zod';
import { ToStandIn } from './line.ts';
import type { FromStandIn } from './line.ts';

type Deed = (value: unknown) => unknown;

const deeds = new Map<string, Deed>();
const asked = new Map<number, (value: unknown) => void>();
let lastId = 0;

/** For tests to look at; `value` is plain data. */
export function record(what: string, value?: unknown): void {
  tell({ kind: 'record', what, value: plain(value) });
}

/** Waits for the test's answer. */
export function ask(what: string, options: unknown): Promise<unknown> {
  const id = ++lastId;
  return new Promise((resolve) => {
    asked.set(id, resolve);
    tell({ kind: 'asks', id, what, options: plain(options) });
  });
}

/** What a test can have done: a menu item clicked, the window blurred. */
export function onDeed(what: string, deed: Deed): void {
  deeds.set(what, deed);
}

/** All that was told has left. */
export function flushLine(): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send !== undefined)
      process.send({ kind: 'record', what: 'end' }, undefined, undefined, () => resolve());
    else resolve();
  });
}

process.on('message', (raw) => {
  const message = ToStandIn.parse(raw);
  if (message.kind === 'answer') {
    asked.get(message.id)?.(message.value);
    asked.delete(message.id);
  } else void act(message.id, message.what, message.value);
});
// A program is not kept running by whoever watches it.
process.channel?.unref();

async function act(id: number, what: string, value: unknown): Promise<void> {
  const deed = deeds.get(what);
  try {
    if (deed === undefined) throw new Error(`The stand-in cannot do ${what}.`);
    tell({ kind: 'did', id, value: plain(await deed(value)) });
  } catch (error) {
    tell({ kind: 'did', id, fault: error instanceof Error ? error.message : String(error) });
  }
}

function tell(message: z.input<typeof FromStandIn>): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Functions and objects of the stand-in stay here. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value) ?? 'null') as unknown);
}
