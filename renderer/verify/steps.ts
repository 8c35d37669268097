// The way through a check, as the head of every screen shows it.
import { verifyTexts } from '../texts/verify.ts';
import type { Step } from '../ui/Desk.tsx';

type StepName = 'bundle' | 'check' | 'findings';

const ORDER: readonly StepName[] = ['bundle', 'check', 'findings'];

/** No step is a link: going back would be another check. */
export function stepsOf(now: StepName, isFailed = false): readonly Step[] {
  const at = ORDER.indexOf(now);
  return ORDER.map((id, index) => {
    const label = verifyTexts.steps[id];
    if (index === at) return { id, label, state: isFailed ? 'failed' : 'now' };
    return { id, label, state: index < at ? 'done' : 'todo' };
  });
}
