// Saves, tests and removes registries; logins go to where this station keeps them and nowhere else.
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { useSession } from '../store/session.ts';
import { loadSettings, useSettings } from '../store/settings.ts';
import { unwrap, wireOf } from '../store/unwrap.ts';
import { settingsTexts } from '../texts/settings.ts';
import { changesOf, dropsLogin, hostOf, rowsOf } from './registry-form.ts';
import type { RegistryRow } from './registry-form.ts';
import { useSettingsDesk, without } from './settings-store.ts';
import type { Failure } from './settings-store.ts';

/** Typed and not kept yet, by the key of their registry. */
export type Passwords = Readonly<Record<string, string>>;

const texts = settingsTexts.registries;

export function currentRows(): readonly RegistryRow[] {
  return rowsOf(useSettings.getState().settings.registries, useSettingsDesk.getState().edits);
}

/**
 * Saves every registry that was edited, then tries and keeps the logins that were typed. Resolves with the passwords that
 * are still to be kept: of logins that were refused, whose registries stay edited.
 */
export async function saveRegistries(passwords: Passwords): Promise<Passwords> {
  const rows = currentRows();
  const { registry } = useSettingsDesk.getState();
  useSettingsDesk.setState({ isSaving: true, failure: null, said: null });
  try {
    const forgotten = await forgetLogins(rows);
    if (forgotten !== null) return stopped(forgotten, passwords);
    try {
      await useSettings.getState().save({ registries: changesOf(rows) });
    } catch (error) {
      return stopped(notKept(error), passwords);
    }
    const chosen = rows.find(({ key }) => key === registry);
    useSettingsDesk.setState({
      edits: {},
      said: settingsTexts.savedSaid,
      ...(chosen === undefined ? {} : { registry: hostOf(chosen.form) }),
    });
    return await keepLogins(rows, passwords);
  } finally {
    useSettingsDesk.setState({ isSaving: false });
  }
}

function stopped(failure: Failure, passwords: Passwords): Passwords {
  useSettingsDesk.setState({ failure });
  return passwords;
}

async function forgetLogins(rows: readonly RegistryRow[]): Promise<Failure | null> {
  for (const row of rows) {
    if (row.profile === null || !dropsLogin(row)) continue;
    const { host } = row.profile;
    const answer = await bridge().registries.logout({ host });
    if (!answer.ok)
      return { error: answer.error, title: texts.logoutFailed(host), text: answer.error.message };
  }
  return null;
}

async function keepLogins(rows: readonly RegistryRow[], passwords: Passwords): Promise<Passwords> {
  if (useSession.getState().facts?.keepsLogins === 'no') return {};
  const left: Record<string, string> = {};
  const said: string[] = [];
  for (const { key, form } of rows) {
    const password = passwords[key] ?? '';
    const username = form.user.trim();
    if (password === '' || username === '') continue;
    const host = hostOf(form);
    const answer = await bridge().registries.login({ host, username, password });
    if (answer.ok) said.push(texts.storedIn(host, answer.value.storedIn));
    else {
      left[host] = password;
      const text = texts.loginFailedText(answer.error.message);
      useSettingsDesk.setState(({ edits }) => ({
        edits: { ...edits, [host]: { ...form, host } },
        failure: { error: answer.error, title: texts.loginFailed(host), text },
        said: null,
      }));
    }
  }
  if (said.length > 0) await loadSettings();
  const isAll = Object.keys(left).length === 0;
  if (said.length > 0 && isAll)
    useSettingsDesk.setState({ said: [settingsTexts.savedSaid, ...said].join(' ') });
  return left;
}

/** Tests what stands in the form, saved or not; a password that was typed is used and not kept. */
export async function testRegistry({ key, form }: RegistryRow, password: string): Promise<void> {
  const tell = (test: ReturnType<typeof useSettingsDesk.getState>['tests'][string]) =>
    useSettingsDesk.setState(({ tests }) => ({ tests: { ...tests, [key]: test } }));
  tell({ kind: 'running' });
  const username = form.user.trim();
  try {
    const result = unwrap(
      await bridge().registries.test({
        host: hostOf(form),
        prefix: form.prefix.trim(),
        plainHttp: form.plainHttp,
        certificate: form.plainHttp ? null : form.certificate,
        login: username === '' || password === '' ? null : { username, password },
      }),
    );
    tell({ kind: 'done', result });
    const wrong = result.steps.find(({ state }) => state === 'failed');
    announce(`${result.host}: ${wrong?.fact ?? texts.good}.`);
  } catch (error) {
    tell({ kind: 'failed', error: wireOf(error) });
  }
}

/** Forgets a registry and its login; one that was never saved simply goes. */
export async function removeRegistry({ key, profile }: RegistryRow): Promise<void> {
  try {
    if (profile !== null) {
      if (profile.user !== null) unwrap(await bridge().registries.logout({ host: profile.host }));
      await useSettings.getState().save({ registries: [{ host: profile.host, to: null }] });
    }
    useSettingsDesk.setState(({ edits, tests }) => ({
      edits: without(edits, key),
      tests: without(tests, key),
      registry: null,
      failure: null,
      said: null,
    }));
  } catch (error) {
    useSettingsDesk.setState({ failure: notKept(error) });
  }
}

export function notKept(thrown: unknown): Failure {
  const error = wireOf(thrown);
  return { error, title: settingsTexts.notKept, text: settingsTexts.notKeptText(error.message) };
}
