// The sections of Settings, in their order.
import type { IconName } from '../ui/Icon.tsx';

export const SECTIONS = [
  { id: 'registries', icon: 'globe' },
  { id: 'certificates', icon: 'lock' },
  { id: 'proxy', icon: 'link' },
  { id: 'limits', icon: 'timer' },
  { id: 'folders', icon: 'folder' },
  { id: 'appearance', icon: 'contrast' },
  { id: 'shortcuts', icon: 'keyboard' },
  { id: 'machine', icon: 'disconnected' },
] as const satisfies readonly { readonly id: string; readonly icon: IconName }[];

export type SectionId = (typeof SECTIONS)[number]['id'];

/** A section by the name that an intent gave; undefined where there is none. */
export function sectionNamed(name: string | undefined): SectionId | undefined {
  return SECTIONS.find(({ id }) => id === name)?.id;
}
