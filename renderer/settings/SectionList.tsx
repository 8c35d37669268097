// The sections at the left: one tab stop, arrow keys choose.
import { useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { settingsTexts } from '../texts/settings.ts';
import { Icon } from '../ui/Icon.tsx';
import styles from './SectionList.module.css';
import { SECTIONS } from './sections.ts';
import type { SectionId } from './sections.ts';

interface SectionListProps {
  readonly section: SectionId;
  readonly onChange: (section: SectionId) => void;
  /** Id of what is shown of it. */
  readonly panel: string;
}

export function SectionList({ section, onChange, panel }: SectionListProps) {
  const list = useRef<HTMLDivElement>(null);
  const at = SECTIONS.findIndex(({ id }) => id === section);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const last = SECTIONS.length - 1;
    const ways: Readonly<Record<string, number>> = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowRight: at === last ? 0 : at + 1,
      ArrowUp: at === 0 ? last : at - 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const next = ways[event.key];
    const chosen = next === undefined ? undefined : SECTIONS[next];
    if (next === undefined || chosen === undefined) return;
    event.preventDefault();
    onChange(chosen.id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-orientation="vertical"
      aria-label={settingsTexts.sectionsLabel}
      className={styles['list']}
      onKeyDown={onKeyDown}
    >
      {SECTIONS.map(({ id, icon }) => (
        <button
          key={id}
          type="button"
          role="tab"
          aria-selected={id === section}
          aria-controls={panel}
          tabIndex={id === section ? 0 : -1}
          className={styles['tab']}
          onClick={() => onChange(id)}
        >
          <Icon name={icon} />
          {settingsTexts.sections[id]}
        </button>
      ))}
    </div>
  );
}
