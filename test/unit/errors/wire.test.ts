// An error on its way out of the process: it tells all that helps and nothing that lets somebody in.
import { describe, expect, it } from 'vitest';
import { AirlockError, onSide, retold } from '../../../shared/errors/airlock-error.ts';
import { fromWire, toWire } from '../../../shared/errors/wire.ts';

describe('an error on the wire', () => {
  it.each([
    ['GET https://s3.example/a?X-Amz-Signature=5ec2e7 failed', 'GET https://s3.example/a?… failed'],
    ['no route by http://joe:pa55@proxy.example:3128/', 'no route by http://…@proxy.example:3128/'],
    ['sent Authorization: Bearer abcdefgh.12345', 'sent Authorization: Bearer …'],
    ['connect ECONNREFUSED 127.0.0.1:5000', 'connect ECONNREFUSED 127.0.0.1:5000'],
  ])('has its causes without what lets somebody in: %s', (said, told) => {
    const cause = new Error('outer', { cause: new Error(said) });
    expect(toWire(new AirlockError('CONNECTION_LOST', 'x', { cause })).causes).toEqual(['outer', told]);
  });

  it('steers no terminal and turns no text, whoever wrote what is in it', () => {
    const cause = new Error('\u009b2J');
    const error = new AirlockError('DENIED', 'It said \u001b[2J\u202eexe.\nNo.', {
      remedy: 'a\u2066',
      cause,
    });
    expect(toWire(error)).toMatchObject({
      message: 'It said \\u001b[2J\\u202eexe.\nNo.',
      remedy: 'a\\u2066',
      causes: ['\\u009b2J'],
    });
  });

  it('comes back as the error it was', () => {
    const error = new AirlockError('DENIED', 'No.', {
      side: 'source',
      remedy: 'Ask.',
      details: { host: 'a' },
    });
    expect(toWire(fromWire(toWire(error)))).toEqual(toWire(error));
  });

  it('is a fault of ours where nobody gave it a code', () => {
    expect(toWire(new TypeError('x is not a function'))).toMatchObject({
      code: 'INTERNAL',
      causes: ['x is not a function'],
    });
  });
});

describe('an error told anew', () => {
  it('keeps all that is not changed', () => {
    const cause = new Error('why');
    const error = new AirlockError('RATE_LIMITED', 'Wait.', {
      cause,
      remedy: 'Wait.',
      details: { status: 429 },
    });
    expect(retold(error, { message: 'a.yaml:1:1: Wait.' })).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'a.yaml:1:1: Wait.',
      side: 'source',
      remedy: 'Wait.',
      details: { status: 429 },
      cause,
    });
  });

  it('stays on the side of this machine and of the input', () => {
    for (const code of ['DISK_FULL', 'LIST_INVALID'] as const) {
      const error = new AirlockError(code, 'x');
      expect(onSide(error, 'target')).toBe(error);
    }
  });
});
