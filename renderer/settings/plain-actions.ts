// Saves what is not a registry: proxy, limits, folders with Save; look, letters and side at once; certificates one by one.
import type { Settings, SettingsChange } from '../../shared/station/settings.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { readPem } from './pem.ts';
import { notKept } from './registry-actions.ts';
import { NO_CERTIFICATE, useSettingsDesk } from './settings-store.ts';
import type { PlainPart } from './settings-store.ts';

export const PLAIN_PARTS: readonly PlainPart[] = ['proxy', 'limits', 'folders'];

export function isPlainPart(section: string): section is PlainPart {
  return PLAIN_PARTS.some((part) => part === section);
}

/** A part as it is edited: what was changed over what is saved. */
export function usePlainPart<Part extends PlainPart>(part: Part): Settings[Part] {
  const saved = useSettings(({ settings }) => settings[part]);
  return useSettingsDesk(({ plain }) => plain[part]) ?? saved;
}

/** Fields of a part that differ from what is saved. */
export function countPlainChanges(
  part: PlainPart,
  edited: Settings[PlainPart] | undefined,
  saved: Settings,
): number {
  if (edited === undefined) return 0;
  const before = new Map(Object.entries(saved[part]));
  return Object.entries(edited).filter(([field, value]) => before.get(field) !== value).length;
}

/** What is wrong with a proxy's address; undefined for one that can be used, and for none. */
export function proxyProblem(address: string): string | undefined {
  const text = address.trim();
  if (text === '') return undefined;
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (url === null || url.hostname === '') return settingsTexts.proxy.addressProblem;
  // Settings are no place for a password.
  return url.username === '' && url.password === '' ? undefined : settingsTexts.proxy.loginProblem;
}

export async function savePlain(part: PlainPart): Promise<void> {
  const { plain } = useSettingsDesk.getState();
  const kept = await keep({ [part]: plain[part] ?? useSettings.getState().settings[part] });
  if (!kept) return;
  const rest = Object.fromEntries(
    Object.entries(useSettingsDesk.getState().plain).filter(([name]) => name !== part),
  );
  useSettingsDesk.setState({ plain: rest, said: settingsTexts.savedSaid });
}

/** Keeps a change at once; what could not be kept is shown as a failure. */
export async function keep(change: SettingsChange): Promise<boolean> {
  useSettingsDesk.setState({ isSaving: true, failure: null, said: null });
  try {
    await useSettings.getState().save(change);
    return true;
  } catch (error) {
    useSettingsDesk.setState({ failure: notKept(error) });
    return false;
  } finally {
    useSettingsDesk.setState({ isSaving: false });
  }
}

/** Takes what was pasted or read from a file; a private key is not held even for a moment longer. */
export function giveCertificate(text: string, fileName?: string): void {
  const read = readPem(text);
  const isKept = read.ok || (fileName === undefined && read.problem.kind !== 'privateKey');
  useSettingsDesk.setState(({ certificate }) => ({
    certificate: {
      name: read.ok && certificate.name === '' ? nameOf(fileName) : certificate.name,
      pem: isKept ? text : '',
      refused: read.ok || text.trim() === '' ? null : read.problem,
    },
    said: null,
  }));
}

/** Reads a file in the page: it goes no further than this screen until it is added. */
export async function giveCertificateFile(file: File): Promise<void> {
  try {
    giveCertificate(await file.text(), file.name);
  } catch {
    useSettingsDesk.setState(({ certificate }) => ({
      certificate: { ...certificate, pem: '', refused: 'unreadable' },
    }));
  }
}

export async function addCertificate(): Promise<void> {
  const { certificate } = useSettingsDesk.getState();
  const read = readPem(certificate.pem);
  const name = certificate.name.trim();
  if (!read.ok || name === '') return;
  if (!(await keep({ certificates: [{ name, pem: read.pem }] }))) return;
  useSettingsDesk.setState({
    certificate: NO_CERTIFICATE,
    selectedCertificate: name,
    said: settingsTexts.certificates.added(name),
  });
}

/** Registries that trusted it are then trusted as the system trusts them. */
export async function removeCertificate(name: string): Promise<void> {
  await keep({ certificates: [{ name, pem: null }] });
  useSettingsDesk.setState({ selectedCertificate: null });
}

function nameOf(fileName: string | undefined): string {
  return (fileName ?? '').replace(/\.[a-z0-9]+$/i, '').slice(0, 100);
}
