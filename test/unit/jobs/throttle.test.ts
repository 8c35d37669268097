import { describe, expect, it } from 'vitest';
import { createThrottle } from '../../../electron/engine/jobs/throttle.ts';

/** A clock that stands until it is moved. */
function standingClock() {
  let now = 0;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        sleepers.push({ until: now + milliseconds, wake: resolve });
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
    async moveTo(time: number) {
      now = time;
      for (const sleeper of sleepers) if (sleeper.until <= now) sleeper.wake();
      await Promise.resolve();
    },
    sleepers,
  };
}

const never = new AbortController().signal;

describe('a throttle', () => {
  it('lets the first bytes go, and the next ones when those are paid for', async () => {
    const clock = standingClock();
    const throttle = createThrottle(() => 1000, clock);
    expect(throttle.take(500, never)).toBeUndefined();
    let went = false;
    const second = throttle.take(100, never)?.then(() => (went = true));
    await clock.moveTo(499);
    expect(went).toBe(false);
    await clock.moveTo(500);
    await second;
    expect(went).toBe(true);
  });

  it('gives no more than its rate to all who share it, however they ask', async () => {
    const clock = standingClock();
    const throttle = createThrottle(() => 100_000, clock);
    let given = 0;
    const transfer = async () => {
      for (;;) {
        await throttle.take(4096, never);
        given += 4096;
      }
    };
    for (let count = 0; count < 4; count += 1) void transfer();
    for (let time = 0; time <= 10_000; time += 10) {
      await clock.moveTo(time);
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    }
    expect(given).toBeGreaterThan(0.98 * 1_000_000);
    expect(given).toBeLessThan(1.03 * 1_000_000);
  });

  it('saves nothing up while nobody asks', async () => {
    const clock = standingClock();
    const throttle = createThrottle(() => 1000, clock);
    await clock.moveTo(60_000);
    expect(throttle.take(500, never)).toBeUndefined();
    void throttle.take(500, never);
    expect(clock.sleepers.map(({ until }) => until)).toEqual([60_500]);
  });

  it('ends the wait of a cancelled job with its reason, and gives back what that had asked for', async () => {
    const clock = standingClock();
    const throttle = createThrottle(() => 1000, clock);
    const job = new AbortController();
    void throttle.take(1000, never);
    const waiting = throttle.take(8000, job.signal);
    job.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
    void throttle.take(1000, never);
    expect(clock.sleepers.at(-1)?.until).toBe(1000);
  });

  it('takes a new rate at once, and none as no limit', () => {
    const clock = standingClock();
    let rate: number | undefined = 1000;
    const throttle = createThrottle(() => rate, clock);
    void throttle.take(1000, never);
    expect(throttle.take(1000, never)).toBeDefined();
    rate = undefined;
    expect(throttle.take(1_000_000, never)).toBeUndefined();
    expect(throttle.pieceBytes).toBeUndefined();
  });

  it.each([
    [1024, 4096],
    [1_000_000, 125_000],
    [1_000_000_000, 1024 * 1024],
  ])('at %d bytes a second asks for pieces of %d', (rate, piece) => {
    expect(createThrottle(() => rate, standingClock()).pieceBytes).toBe(piece);
  });
});
