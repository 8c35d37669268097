// What is edited in Settings and not saved yet. Passwords are not in it: they stay with the screen that they were typed on.
import { create } from 'zustand';
import type { WireError } from '../../shared/errors/wire.ts';
import type { Settings } from '../../shared/station/settings.ts';
import type { ProbeResult } from '../../shared/station/target.ts';
import { useSettings } from '../store/settings.ts';
import type { PemProblem } from './pem.ts';
import { newForm } from './registry-form.ts';
import type { RegistryForm } from './registry-form.ts';
import type { SectionId } from './sections.ts';

export type TestState =
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly result: ProbeResult }
  | { readonly kind: 'failed'; readonly error: WireError };

/** What could not be done, with the words for it. */
export interface Failure {
  readonly error: WireError;
  readonly title: string;
  readonly text: string;
}

/** What is kept together, edited together and saved together. */
export type PlainPart = 'proxy' | 'limits' | 'folders';

export interface SettingsDesk {
  readonly section: SectionId;
  /** Key of the registry in the form; null for the first one. */
  readonly registry: string | null;
  readonly edits: Readonly<Record<string, RegistryForm>>;
  readonly tests: Readonly<Record<string, TestState>>;
  readonly removingRegistry: string | null;
  readonly plain: Partial<Pick<Settings, PlainPart>>;
  readonly certificate: {
    readonly name: string;
    readonly pem: string;
    /** Of a file or a paste that was not taken. */
    readonly refused: PemProblem | 'unreadable' | null;
  };
  /** Name of the one that is chosen in the list. */
  readonly selectedCertificate: string | null;
  readonly removingCertificate: string | null;
  readonly isSaving: boolean;
  readonly failure: Failure | null;
  /** What was done, one sentence in the action bar until the next change. */
  readonly said: string | null;
}

export const NO_CERTIFICATE: SettingsDesk['certificate'] = { name: '', pem: '', refused: null };

export const newSettingsDesk = (): SettingsDesk => ({
  section: 'registries',
  registry: null,
  edits: {},
  tests: {},
  removingRegistry: null,
  plain: {},
  certificate: NO_CERTIFICATE,
  selectedCertificate: null,
  removingCertificate: null,
  isSaving: false,
  failure: null,
  said: null,
});

export const useSettingsDesk = create<SettingsDesk>()(newSettingsDesk);

export function showSection(section: SectionId): void {
  useSettingsDesk.setState({ section, failure: null, said: null });
}

/** A field of a registry; what was tested before the change says nothing of it any more. */
export function editRegistry(key: string, form: RegistryForm): void {
  useSettingsDesk.setState(({ edits }) => ({ edits: { ...edits, [key]: form }, said: null }));
  forgetTest(key);
}

export function forgetTest(key: string): void {
  useSettingsDesk.setState(({ tests }) => ({ tests: without(tests, key) }));
}

/** Begins a registry that is saved with all the others. */
export function addRegistry(): void {
  const { side } = useSettings.getState().settings;
  useSettingsDesk.setState(({ edits }) => {
    let number = 1;
    while (edits[`new:${number}`] !== undefined) number += 1;
    const key = `new:${number}`;
    return { section: 'registries', registry: key, edits: { ...edits, [key]: newForm(side) }, said: null };
  });
}

export function editPlain(patch: SettingsDesk['plain']): void {
  useSettingsDesk.setState(({ plain }) => ({ plain: { ...plain, ...patch }, said: null }));
}

export function without<Value>(
  record: Readonly<Record<string, Value>>,
  key: string,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
