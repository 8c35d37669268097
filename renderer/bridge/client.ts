// The bridge that these screens run over: the window's own where the preload put one, else the web station's.
import type { Bridge } from './bridge.ts';

let connected: Bridge | undefined;

/**
 * Finds the bridge and keeps it. To be awaited once, before anything is drawn. In the web it resolves when the station has
 * taken this page in; where it does not, the page itself says why and what to do, and this never resolves.
 */
export async function connectBridge(): Promise<Bridge> {
  if (window.airlock !== undefined) connected = window.airlock;
  else {
    const { createWebBridge } = await import('./web-bridge.ts');
    connected = await createWebBridge();
  }
  return connected;
}

/** The bridge that `connectBridge` found. */
export function bridge(): Bridge {
  if (connected === undefined) throw new Error('The bridge is asked for before it is there.');
  return connected;
}
