// A registry while it is edited: what of it differs from what is saved, what is wrong with it, what is saved of it.
import type { RegistryProfile, SettingsChange, SideOfGap } from '../../shared/station/settings.ts';
import { settingsTexts } from '../texts/settings.ts';

export interface RegistryForm {
  readonly host: string;
  readonly prefix: string;
  readonly usedAs: RegistryProfile['usedAs'];
  readonly user: string;
  readonly plainHttp: boolean;
  readonly certificate: string | null;
  readonly connections: number | null;
}

/** A registry as the table lists it: saved, edited, or both. */
export interface RegistryRow {
  /** The host as it is saved; one that is new has a key of its own. */
  readonly key: string;
  readonly form: RegistryForm;
  readonly profile: RegistryProfile | null;
}

export interface FormProblems {
  readonly host?: string;
  readonly user?: string;
  readonly password?: string;
}

const { problems: words } = settingsTexts.registries;
const FIELDS = ['host', 'prefix', 'usedAs', 'user', 'plainHttp', 'certificate', 'connections'] as const;

export function formOf(profile: RegistryProfile): RegistryForm {
  const { host, prefix, usedAs, plainHttp, certificate, connections } = profile;
  return { host, prefix, usedAs, user: profile.user ?? '', plainHttp, certificate, connections };
}

/** On the connected side registries are taken from, on the other they are sent to. */
export function newForm(side: SideOfGap | null): RegistryForm {
  return {
    host: '',
    prefix: '',
    usedAs: side === 'disconnected' ? 'target' : 'source',
    user: '',
    plainHttp: false,
    certificate: null,
    connections: null,
  };
}

/** Saved registries with their edits, then those that are new. */
export function rowsOf(
  registries: readonly RegistryProfile[],
  edits: Readonly<Record<string, RegistryForm>>,
): readonly RegistryRow[] {
  const saved = registries.map((profile) => ({
    key: profile.host,
    form: edits[profile.host] ?? formOf(profile),
    profile,
  }));
  const known = new Set(registries.map(({ host }) => host));
  const fresh = Object.entries(edits)
    .filter(([key]) => !known.has(key))
    .map(([key, form]) => ({ key, form, profile: null }));
  return [...saved, ...fresh];
}

/** How many of its fields differ from what is saved; a password that was typed is one. */
export function countChanges({ form, profile }: RegistryRow, password: string): number {
  const before = profile === null ? newForm(null) : formOf(profile);
  const fields = FIELDS.filter(
    (field) => form[field] !== before[field] && !(profile === null && field === 'usedAs'),
  );
  return fields.length + (password === '' ? 0 : 1);
}

/** Whether a login that is kept for it goes with what was edited. */
export function dropsLogin({ form, profile }: RegistryRow): boolean {
  if (profile?.user === null || profile === null) return false;
  return form.user.trim() === '' || hostOf(form) !== profile.host;
}

export function problemsOf(
  row: RegistryRow,
  password: string,
  rows: readonly RegistryRow[],
  keepsLogins: boolean,
): FormProblems {
  const { form, profile } = row;
  const host = hostOf(form);
  const isTaken = rows.some(
    (other) => other.key !== row.key && hostOf(other.form).toLowerCase() === host.toLowerCase(),
  );
  const user = form.user.trim();
  const isLoginKept = profile?.user === user && host === profile.host;
  return {
    ...(host === ''
      ? { host: words.hostEmpty }
      : !isHost(host)
        ? { host: words.hostForm }
        : isTaken
          ? { host: words.hostTaken }
          : {}),
    ...(password !== '' && user === '' ? { user: words.userMissing } : {}),
    ...(keepsLogins && user !== '' && !isLoginKept && password === ''
      ? { password: words.passwordMissing }
      : {}),
  };
}

/** What was edited or added. Whose login is kept for a registry, and how its last test went, the engine notes itself. */
export function changesOf(rows: readonly RegistryRow[]): NonNullable<SettingsChange['registries']> {
  return rows.flatMap((row) => {
    if (row.profile !== null && countChanges(row, '') === 0) return [];
    const { prefix, usedAs, plainHttp, certificate, connections } = row.form;
    const host = hostOf(row.form);
    return [
      {
        host: row.profile?.host ?? host,
        to: {
          host,
          prefix: prefix.trim().replaceAll(/^\/+|\/+$/g, ''),
          usedAs,
          plainHttp,
          certificate,
          connections,
        },
      },
    ];
  });
}

export function hostOf({ host }: Pick<RegistryForm, 'host'>): string {
  return host.trim();
}

function isHost(host: string): boolean {
  if (/[\s/@?#\\]/.test(host) || !URL.canParse(`https://${host}`)) return false;
  return new URL(`https://${host}`).hostname !== '';
}

/** How a registry's last test ended, as the table says it. */
export function lastTestOf(
  { profile, form }: RegistryRow,
  now: Date,
): { readonly state: 'ok' | 'moved' | 'refused' | 'notTested'; readonly word: string } {
  const texts = settingsTexts.registries;
  if (profile === null) return { state: 'notTested', word: texts.notSaved };
  const { lastTest } = profile;
  if (lastTest === null) return { state: 'notTested', word: texts.notTested };
  const when = dayOf(new Date(lastTest.at), now);
  if (!lastTest.isGood) return { state: 'refused', word: `${lastTest.word}, ${when}` };
  if (form.plainHttp) return { state: 'moved', word: `${texts.notEncrypted}, ${when}` };
  return { state: 'ok', word: `${texts.good}, ${when}` };
}

function dayOf(at: Date, now: Date): string {
  const day = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((day(now) - day(at)) / 86_400_000);
  if (days === 0) return settingsTexts.registries.today;
  if (days === 1) return settingsTexts.registries.yesterday;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
