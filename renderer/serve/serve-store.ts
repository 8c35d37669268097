// The Serve desk's own state: what is to be served and how, what the station says of its server, and what is known of bundles.
import { create } from 'zustand';
import type { z } from 'zod';
import type { WireError } from '../../shared/errors/wire.ts';
import type { schemas, ServeState } from '../../shared/ipc/schemas.ts';

export type AboutBundle = z.infer<(typeof schemas)['bundles']['inspect']['output']>;

export interface ServeForm {
  /** Paths of bundles. */
  readonly ticked: readonly string[];
  /** Paths that were dropped or browsed to, beside what lies on media. */
  readonly given: readonly string[];
  readonly reach: 'machine' | 'network';
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
  /** The folder that takes pushes. */
  readonly writable: string;
}

export interface ServeDesk {
  /** Null until the station has answered once. */
  readonly state: ServeState | null;
  readonly form: ServeForm;
  readonly busy: 'starting' | 'stopping' | null;
  readonly failure: { readonly error: WireError; readonly isStop: boolean } | null;
  /** Of several addresses, the one that is shown. */
  readonly address: string | null;
  /** By path; null for one that cannot be read. */
  readonly about: Readonly<Record<string, AboutBundle | null>>;
  /** Name of a bundle that was given while others are served. */
  readonly later: string | null;
}

const FIRST_PORT = 5000;

export const newServe = (): ServeDesk => ({
  state: null,
  form: {
    ticked: [],
    given: [],
    reach: 'machine',
    port: FIRST_PORT,
    certificate: '',
    key: '',
    writable: '',
  },
  busy: null,
  failure: null,
  address: null,
  about: {},
  later: null,
});

export const useServe = create<ServeDesk>()(newServe);

/** Another choice is another question: what failed before says nothing of it. */
export function changeForm(change: Partial<ServeForm>): void {
  useServe.setState(({ form }) => ({ form: { ...form, ...change }, failure: null }));
}

export function toggleBundle(path: string): void {
  const { ticked } = useServe.getState().form;
  changeForm({
    ticked: ticked.includes(path) ? ticked.filter((other) => other !== path) : [...ticked, path],
  });
}
