// How long a page takes to answer, from its browser's own trace: from an input to the next paint, and tasks that keep it from any.
import type { Page } from '@playwright/test';

export interface Interaction {
  readonly name: string;
  /** Each input's time to the next paint; the browser tells it in steps of 8 ms, and of none below 16. */
  readonly milliseconds: readonly number[];
  /** The longest task meanwhile; 0 where none reached 50 ms. */
  readonly longestTask: number;
}

interface Watched {
  inputs: Map<number, number>;
  longestTask: number;
}

/** Before the first interaction. */
export async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched: Watched = { inputs: new Map(), longestTask: 0 };
    Object.assign(globalThis, { watched });
    const KINDS = [
      'keydown',
      'keypress',
      'keyup',
      'pointerdown',
      'pointerup',
      'click',
      'input',
      'beforeinput',
    ];
    new PerformanceObserver((list) => {
      for (const { name, startTime, duration } of list.getEntries())
        if (KINDS.includes(name))
          watched.inputs.set(startTime, Math.max(duration, watched.inputs.get(startTime) ?? 0));
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        watched.longestTask = Math.max(watched.longestTask, duration);
    }).observe({ type: 'longtask' });
  });
}

/** Acts so many times, with a paint after each. */
export async function interact(
  page: Page,
  name: string,
  times: number,
  act: (index: number) => Promise<void>,
): Promise<Interaction> {
  await reset(page);
  for (let index = 0; index < times; index++) {
    await act(index);
    await painted(page);
  }
  const { inputs, longestTask } = await read(page);
  // An input that the browser does not tell of was answered within its shortest step.
  const quick = Array.from({ length: Math.max(0, times - inputs.length) }, () => 16);
  return { name, milliseconds: [...inputs, ...quick], longestTask };
}

/** What the page did by itself while something else went on. */
export async function tasksWhile(page: Page, act: () => Promise<void>): Promise<number> {
  await reset(page);
  await act();
  await painted(page);
  return (await read(page)).longestTask;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function reset(page: Page): Promise<void> {
  await painted(page);
  await page.evaluate(() => {
    const { watched } = globalThis as unknown as { watched: Watched };
    watched.inputs.clear();
    watched.longestTask = 0;
  });
}

async function read(
  page: Page,
): Promise<{ readonly inputs: readonly number[]; readonly longestTask: number }> {
  return page.evaluate(async () => {
    // Entries come a moment after the paint that they tell of.
    await new Promise((resolve) => setTimeout(resolve, 150));
    const { watched } = globalThis as unknown as { watched: Watched };
    return { inputs: [...watched.inputs.values()], longestTask: watched.longestTask };
  });
}

async function painted(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => {
          requestAnimationFrame(() => resolve());
        });
      }),
  );
}
