// The way through an import, as the head of every screen shows it.
import { importTexts } from '../texts/import.ts';
import type { Step } from '../ui/Desk.tsx';
import { useImport } from './import-store.ts';
import type { ImportState, ImportStep } from './import-store.ts';

type Shown = ImportStep | 'done';

const ORDER: readonly Shown[] = ['bundle', 'target', 'mapping', 'run', 'done'];

/** Steps done are links, until the job runs: what was chosen for it is settled then. */
export function stepsOf(now: Shown, isFailed = false): readonly Step[] {
  const at = ORDER.indexOf(now);
  return ORDER.map((id, index) => {
    const label = importTexts.steps[id];
    if (now === 'done' && !isFailed) return { id, label, state: 'done' };
    if (index > at) return { id, label, state: 'todo' };
    if (index === at) return { id, label, state: isFailed ? 'failed' : 'now' };
    const isLink = at < ORDER.indexOf('run') && id !== 'run' && id !== 'done';
    return { id, label, state: 'done', ...(isLink ? { onPress: () => goTo(id) } : {}) };
  });
}

/** Goes to a step that was reached before. */
export function goTo(step: ImportState['step']): void {
  useImport.setState({ step });
}
