// Which actions a typed text means, by section; what begins with it stands before what only holds it.
import type { Action } from '../store/actions.ts';

const SECTIONS = ['commands', 'items', 'settings'] as const;
const MOST_PER_SECTION = 12;

export interface MatchedSection {
  readonly section: (typeof SECTIONS)[number];
  readonly actions: readonly Action[];
}

/** Every word of the text must be in the label or in what it is about. */
export function matchingActions(actions: readonly Action[], text: string): readonly MatchedSection[] {
  const wanted = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const rank = ({ label, isEnabled }: Action): number => {
    const starts = wanted[0] !== undefined && label.toLowerCase().startsWith(wanted[0]);
    return (starts ? 0 : 1) + ((isEnabled?.() ?? true) === true ? 0 : 2);
  };
  const matches = actions.filter(({ id, label, about = '' }) => {
    const said = `${label} ${about}`.toLowerCase();
    return id !== 'palette' && wanted.every((word) => said.includes(word));
  });
  return SECTIONS.map((section) => ({
    section,
    actions: matches
      .filter((action) => action.section === section)
      .toSorted((a, b) => rank(a) - rank(b))
      .slice(0, wanted.length === 0 && section === 'items' ? 0 : MOST_PER_SECTION),
  })).filter(({ actions: some }) => some.length > 0);
}
