// What the foot of the bundle panel says of the list that the contents are kept as.
import { packTexts } from '../texts/pack.ts';
import { formatClock } from '../ui/quantities.ts';
import type { ListState } from './pack-store.ts';
import { splitOutput } from './places.ts';

const texts = packTexts.panel;

export function listFoot(list: ListState): string | undefined {
  switch (list.kind) {
    case 'none':
      return undefined;
    case 'opened':
      return texts.opened(splitOutput(list.path).file);
    case 'saving':
      return texts.saving;
    case 'saved':
      return texts.saved(formatClock(list.at), splitOutput(list.path).file);
    default:
      return `${texts.unsaved} ${list.error.message}`;
  }
}
