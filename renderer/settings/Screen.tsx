// Settings: its sections, the one on the screen, and what of it is not saved yet.
import { useEffect, useRef, useState } from 'react';
import type { ComponentType } from 'react';
import { takeIntent, useNavigation } from '../store/navigation.ts';
import { settingsTexts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { Desk } from '../ui/Desk.tsx';
import { AppearanceSection } from './AppearanceSection.tsx';
import { CertificatesSection } from './CertificatesSection.tsx';
import { FailureCard } from './FailureCard.tsx';
import { FoldersSection } from './FoldersSection.tsx';
import { LimitsSection } from './LimitsSection.tsx';
import { MachineSection } from './MachineSection.tsx';
import { ProxySection } from './ProxySection.tsx';
import { RegistriesSection } from './RegistriesSection.tsx';
import type { Passwords } from './registry-actions.ts';
import styles from './Screen.module.css';
import { SectionList } from './SectionList.tsx';
import { sectionNamed } from './sections.ts';
import type { SectionId } from './sections.ts';
import { addRegistry, showSection, useSettingsDesk } from './settings-store.ts';
import { ShortcutsSection } from './ShortcutsSection.tsx';
import { useBar } from './use-bar.ts';
import { useSettingsActions } from './use-settings-actions.ts';

const PANEL = 'settings-section';
const OTHERS: Readonly<Record<Exclude<SectionId, 'registries'>, ComponentType>> = {
  certificates: CertificatesSection,
  proxy: ProxySection,
  limits: LimitsSection,
  folders: FoldersSection,
  appearance: AppearanceSection,
  shortcuts: ShortcutsSection,
  machine: MachineSection,
};

export function Screen() {
  useIntent();
  const section = useSettingsDesk((state) => state.section);
  // Passwords live as long as this screen and are in no store.
  const [passwords, setPasswords] = useState<Passwords>({});
  const bar = useBar(section, passwords, setPasswords);
  useSettingsActions(section, bar, passwords);
  const panel = useFocusKept();
  return (
    <Desk
      desk={settingsTexts.desk}
      title={settingsTexts.sections[section]}
      plainHead
      {...(section === 'registries'
        ? {
            headEnd: (
              <Button icon="plus" onPress={addRegistry}>
                {settingsTexts.registries.add}
              </Button>
            ),
          }
        : {})}
      say={bar.say}
      {...(bar.remove === null
        ? {}
        : {
            quiet: (
              <Button variant="quiet" onPress={bar.remove}>
                {settingsTexts.registries.remove}
              </Button>
            ),
          })}
      {...(bar.undo === null ? {} : { plain: <Button onPress={bar.undo}>{settingsTexts.undo}</Button> })}
      {...(bar.primary === null ? {} : { primary: bar.primary })}
    >
      <div className={styles['parts']}>
        <SectionList section={section} onChange={showSection} panel={PANEL} />
        <div
          ref={panel}
          className={styles['section']}
          role="tabpanel"
          tabIndex={-1}
          id={PANEL}
          aria-label={settingsTexts.sections[section]}
        >
          <FailureCard />
          <Section section={section} passwords={passwords} onPasswords={setPasswords} />
        </div>
      </div>
    </Desk>
  );
}

interface SectionProps {
  readonly section: SectionId;
  readonly passwords: Passwords;
  readonly onPasswords: (passwords: Passwords) => void;
}

function Section({ section, passwords, onPasswords }: SectionProps) {
  if (section === 'registries') return <RegistriesSection passwords={passwords} onPasswords={onPasswords} />;
  const Shown = OTHERS[section];
  return <Shown />;
}

/** A section that the strip, an error or the palette sends to. */
function useIntent(): void {
  const intent = useNavigation(({ desk, intent: given }) => (desk === 'settings' ? given : null));
  useEffect(() => {
    if (intent === null) return;
    const section = sectionNamed(takeIntent()?.section);
    if (section !== undefined) showSection(section);
  }, [intent]);
}

/** What was saved is no more to be saved, so its button lets go of the focus; the section takes it. */
function useFocusKept() {
  const panel = useRef<HTMLDivElement>(null);
  const isSaving = useSettingsDesk((state) => state.isSaving);
  useEffect(() => {
    if (!isSaving && document.activeElement === document.body) panel.current?.focus();
  }, [isSaving]);
  return panel;
}
