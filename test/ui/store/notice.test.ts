// Holds failures that nobody waits for to being told, once and in words.
import { beforeEach, expect, it } from 'vitest';
import { closeNotice, tellFailure, useNotice } from '../../../renderer/store/notice.ts';
import { WireFailure } from '../../../renderer/store/unwrap.ts';
import { makeError } from '../pack/make-pack.ts';

beforeEach(closeNotice);
const told = () => useNotice.getState().error;

it('What a call threw is told as the error it is', () => {
  tellFailure(new WireFailure(makeError({ code: 'DISK_FULL' })));
  expect(told()?.code).toBe('DISK_FULL');
  closeNotice();
  expect(told()).toBeNull();
});

it('What no call threw is a fault of ours, its text among the details', () => {
  tellFailure(new TypeError('x is not a function'));
  expect(told()).toMatchObject({ code: 'INTERNAL', causes: ['x is not a function'] });
});

it('A lost engine and a cancelled job are not told twice', () => {
  tellFailure(new WireFailure(makeError({ code: 'ENGINE_GONE' })));
  tellFailure(new WireFailure(makeError({ code: 'CANCELLED' })));
  expect(told()).toBeNull();
});
