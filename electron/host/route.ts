// How this machine is connected, read from its own routes. Nobody is called.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { StationFacts } from '../../shared/ipc/schemas.ts';
import { findProgram } from '../engine/index.ts';

export type Route = StationFacts['route'];

const NONE: Route = { leadsOutside: false, fact: 'no route leads out' };
const UNKNOWN: Route = { leadsOutside: false, fact: 'this machine does not tell its routes' };

/** The default route of this machine, if it has one. */
export async function readRoute(): Promise<Route> {
  if (process.platform === 'linux')
    return routeFromProc(await textOf('/proc/net/route'), await textOf('/proc/net/ipv6_route'));
  const netstat = await findProgram('netstat', process.env);
  if (netstat === undefined) return UNKNOWN;
  return routeFromNetstat(await outputOf(netstat, ['-rn']));
}

/** From linux' own tables: destination and mask in hexadecimal, `lo` leads nowhere. */
export function routeFromProc(v4: string, v6: string): Route {
  for (const line of v4.split('\n').slice(1)) {
    const [device = '', destination, , flags = '0', , , , mask] = line.trim().split(/\s+/);
    if (destination === '00000000' && mask === '00000000' && isUp(flags)) return by(device);
  }
  for (const line of v6.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [destination, length, , , , , , , flags = '0', device = ''] = fields;
    if (destination === '0'.repeat(32) && length === '00' && isUp(flags) && device !== 'lo')
      return by(device);
  }
  return NONE;
}

/** From `netstat -rn`, as macOS and Windows print it. */
export function routeFromNetstat(text: string): Route {
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === 'default' && fields[1] !== undefined) return by(fields[3] ?? fields[1]);
    if (fields[0] === '0.0.0.0' && fields[1] === '0.0.0.0') return by(fields[3] ?? 'its gateway');
  }
  return NONE;
}

/** RTF_UP, and not RTF_REJECT. */
function isUp(flags: string): boolean {
  const bits = Number.parseInt(flags, 16);
  return (bits & 0x1) !== 0 && (bits & 0x200) === 0;
}

function by(device: string): Route {
  return { leadsOutside: true, fact: `a default route by ${device}` };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}

function outputOf(program: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, parameters, { timeout: 3_000, windowsHide: true }, (_error, output) => resolve(output));
  });
}
