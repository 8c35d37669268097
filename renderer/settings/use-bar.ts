// What the action bar of each section says and does.
import { useSession } from '../store/session.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import type { Primary } from '../ui/shell-context.ts';
import { readPem } from './pem.ts';
import { addCertificate, countPlainChanges, isPlainPart, proxyProblem, savePlain } from './plain-actions.ts';
import { saveRegistries } from './registry-actions.ts';
import type { Passwords } from './registry-actions.ts';
import { countChanges, hostOf, problemsOf, rowsOf } from './registry-form.ts';
import type { SectionId } from './sections.ts';
import { useSettingsDesk } from './settings-store.ts';
import type { PlainPart, SettingsDesk } from './settings-store.ts';

export interface Bar {
  readonly say: string;
  readonly primary: Primary | null;
  /** Null where nothing is unsaved. */
  readonly undo: (() => void) | null;
  readonly remove: (() => void) | null;
}

const NOTHING = { primary: null, undo: null, remove: null } as const;

export function useBar(
  section: SectionId,
  passwords: Passwords,
  onPasswords: (passwords: Passwords) => void,
): Bar {
  const desk = useSettingsDesk();
  const settings = useSettings((state) => state.settings);
  const keepsLogins = useSession(({ facts }) => facts?.keepsLogins !== 'no');
  if (isPlainPart(section))
    return plainBar(section, desk, countPlainChanges(section, desk.plain[section], settings));
  if (section === 'certificates') return certificatesBar(desk, settings.certificates);
  if (section !== 'registries') return { ...NOTHING, say: desk.said ?? settingsTexts.atOnce };

  const rows = rowsOf(settings.registries, desk.edits);
  const changes = rows
    .map((row) => ({
      row,
      count: countChanges(row, keepsLogins ? (passwords[row.key] ?? '') : ''),
      problems: problemsOf(row, passwords[row.key] ?? '', rows, keepsLogins),
    }))
    .filter(({ row, count }) => count > 0 || row.profile === null);
  const block = changes.flatMap(({ problems }) => Object.values(problems))[0];
  const shown = rows.find(({ key }) => key === desk.registry) ?? rows[0];
  return {
    say: block === undefined ? (desk.said ?? sayChanges(changes)) : `${sayChanges(changes)} ${block}`,
    primary: saving(
      () => void saveRegistries(passwords).then(onPasswords),
      changes.length > 0 && block === undefined && !desk.isSaving,
    ),
    undo:
      changes.length === 0
        ? null
        : () => {
            onPasswords({});
            useSettingsDesk.setState({ edits: {}, failure: null, said: null });
          },
    remove: shown === undefined ? null : () => useSettingsDesk.setState({ removingRegistry: shown.key }),
  };
}

type Changes = readonly {
  readonly row: ReturnType<typeof rowsOf>[number];
  readonly count: number;
}[];

function sayChanges(changes: Changes): string {
  const texts = settingsTexts.registries;
  const [first, ...others] = changes;
  if (first === undefined) return settingsTexts.saved;
  if (others.length > 0)
    return texts.sayMany(
      changes.reduce((sum, { count }) => sum + count, 0),
      changes.length,
    );
  const host = hostOf(first.row.form) || texts.untitled;
  return first.row.profile === null ? texts.sayNew(host) : texts.sayChanges(first.count, host);
}

function plainBar(part: PlainPart, { plain, said, isSaving }: SettingsDesk, changes: number): Bar {
  const isBlocked = part === 'proxy' && proxyProblem(plain.proxy?.address ?? '') !== undefined;
  return {
    say:
      changes > 0
        ? isBlocked
          ? `${settingsTexts.unsaved(changes)} ${settingsTexts.blocked}`
          : settingsTexts.unsaved(changes)
        : (said ?? settingsTexts.saved),
    primary: saving(() => void savePlain(part), changes > 0 && !isBlocked && !isSaving),
    undo:
      changes === 0
        ? null
        : () => {
            const rest = Object.fromEntries(Object.entries(plain).filter(([name]) => name !== part));
            useSettingsDesk.setState({ plain: rest, failure: null });
          },
    remove: null,
  };
}

function certificatesBar(
  { certificate, selectedCertificate, said, isSaving }: SettingsDesk,
  saved: readonly { readonly name: string }[],
): Bar {
  const texts = settingsTexts.certificates;
  const read = readPem(certificate.pem);
  const name = certificate.name.trim();
  const isReady = read.ok && name !== '' && saved.every((other) => other.name !== name);
  const chosen = saved.find((other) => other.name === selectedCertificate) ?? saved[0];
  return {
    say: isReady ? texts.sayReady(name) : (said ?? texts.say),
    primary: {
      label: texts.addMany(read.ok ? read.count : 1),
      onPress: () => void addCertificate(),
      isDisabled: !isReady || isSaving,
    },
    undo: null,
    remove:
      chosen === undefined ? null : () => useSettingsDesk.setState({ removingCertificate: chosen.name }),
  };
}

function saving(onPress: () => void, isEnabled: boolean): Primary {
  return { label: settingsTexts.save, onPress, keys: 'Ctrl S', isDisabled: !isEnabled };
}
