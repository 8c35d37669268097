import { expect, it } from 'vitest';
import { createPause, whileRunning } from '../../../electron/engine/jobs/pause.ts';

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

it('holds back the bytes that pass, and lets none go twice', async () => {
  const pause = createPause();
  const { signal } = new AbortController();
  const source = (async function* () {
    yield Buffer.from('a');
    yield Buffer.from('b');
  })();
  const bytes = whileRunning(source, { pause, signal });
  pause.hold();
  const first = bytes.next();
  await expect(Promise.race([first, Promise.resolve('held')])).resolves.toBe('held');
  pause.goOn();
  expect((await first).value?.toString()).toBe('a');
  expect((await bytes.next()).value?.toString()).toBe('b');
});
