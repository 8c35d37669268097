// What screen readers are told: stages, outcomes and pauses, one polite sentence at a time, never ticks.
import { create } from 'zustand';

interface Announcement {
  readonly text: string;
  /** Rises, so that the same sentence is heard twice where it is said twice. */
  readonly count: number;
}

export const useAnnouncement = create<Announcement>()(() => ({ text: '', count: 0 }));

export function announce(text: string): void {
  useAnnouncement.setState(({ count }) => ({ text, count: count + 1 }));
}
