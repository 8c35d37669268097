import { expect, it } from 'vitest';
import { createPause } from '../../../electron/engine/jobs/pause.ts';

it('holds nobody while the job runs', () => {
  expect(createPause().whenRunning(new AbortController().signal)).toBeUndefined();
});

it('holds until the operator goes on, and again when held anew', async () => {
  const pause = createPause();
  const { signal } = new AbortController();
  pause.hold();
  pause.hold();
  expect(pause.paused).toBe(true);
  const waiting = pause.whenRunning(signal);
  pause.goOn();
  await waiting;
  expect(pause.paused).toBe(false);
  pause.hold();
  expect(pause.whenRunning(signal)).toBeInstanceOf(Promise);
});

it('lets a cancelled job go with the reason it was cancelled for', async () => {
  const pause = createPause();
  pause.hold();
  const cancel = new AbortController();
  const waiting = pause.whenRunning(cancel.signal);
  cancel.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(pause.whenRunning(cancel.signal)).rejects.toThrow('enough');
});
