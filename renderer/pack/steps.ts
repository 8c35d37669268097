// The way through a pack, as the head of every screen shows it.
import { packTexts } from '../texts/pack.ts';
import type { Step } from '../ui/Desk.tsx';
import { usePack } from './pack-store.ts';
import type { PackStep } from './pack-store.ts';

const ORDER = ['contents', 'lock', 'destination', 'run', 'done'] as const;

export interface StandingOnTheLine {
  readonly now: PackStep | 'done';
  readonly hasFailed?: boolean;
  /** Whether steps done may be gone back to: not while a job runs, nor when it has sealed what they chose. */
  readonly mayGoBack?: boolean;
}

export function stepsOf({ now, hasFailed = false, mayGoBack = true }: StandingOnTheLine): Step[] {
  const at = ORDER.indexOf(now);
  return ORDER.map((id, index) => {
    const label = packTexts.steps[id];
    if (now === 'done') return { id, label, state: 'done' };
    if (index > at) return { id, label, state: 'todo' };
    if (index === at) return { id, label, state: hasFailed ? 'failed' : 'now' };
    const step = id === 'done' ? 'run' : id;
    return { id, label, state: 'done', ...(mayGoBack ? { onPress: () => goTo(step) } : {}) };
  });
}

export function goTo(step: PackStep): void {
  usePack.setState({ step });
}
