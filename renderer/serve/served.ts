// What the running server comes to: the addresses to hand out, and its requests as rows.
import type { ServedRequestRow, ServeState } from '../../shared/ipc/schemas.ts';

/** Whether other machines can reach it. */
export function isOpen({ addresses }: Pick<ServeState, 'addresses'>): boolean {
  return addresses.some((address) => !isLoopback(address));
}

/** The address to hand out: one that others can reach, where there is one. */
export function addressOf({ addresses, url }: ServeState, chosen: string | null): string {
  if (chosen !== null && addresses.includes(chosen)) return chosen;
  return addresses.find((address) => !isLoopback(address)) ?? url ?? '';
}

/** As references name it: without a scheme. */
export function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '');
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

export interface RequestRow extends ServedRequestRow {
  readonly key: string;
  readonly isRefused: boolean;
}

/** Rows with keys that stay theirs while newer ones come before them. */
export function requestRows(recent: readonly ServedRequestRow[]): readonly RequestRow[] {
  const seen = new Map<string, number>();
  const rows: RequestRow[] = [];
  for (const request of recent.toReversed()) {
    const { at, client, method, path, status } = request;
    const name = [at, client, method, path, status].join(' ');
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    rows.push({ ...request, key: `${name} ${count}`, isRefused: status >= 400 });
  }
  return rows.toReversed();
}

export function matching(
  rows: readonly RequestRow[],
  tab: 'all' | 'refused',
  filter: string,
): readonly RequestRow[] {
  const text = filter.trim().toLowerCase();
  return rows.filter(
    ({ isRefused, method, path, client, status }) =>
      (tab === 'all' || isRefused) &&
      (text === '' || `${method} ${path} ${client} ${status}`.toLowerCase().includes(text)),
  );
}
