// The registry of the tests itself: what its faults look like from outside.
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { startRegistry } from '../../support/built-in-registry.ts';
import type { Fault } from '../../support/built-in-registry.ts';
import { ask } from './ask.ts';

const blob = Buffer.alloc(200_000, 'x');
const digest = digestOf(blob);

async function registryWith(fault: Fault | undefined) {
  const registry = await startRegistry({
    faults: ({ method, before }) => (method === 'GET' && before === 0 ? fault : undefined),
  });
  onTestFinished(() => registry.close());
  await ask(registry, `/v2/app/blobs/uploads/?digest=${digest}`, { method: 'POST', body: blob });
  return { registry, get: () => ask(registry, `/v2/app/blobs/${digest}`) };
}

describe('the registry for tests', () => {
  it('without a fault is a registry, and remembers what it was asked', async () => {
    const { registry, get } = await registryWith(undefined);
    expect((await get()).body.equals(blob)).toBe(true);
    expect(registry.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(registry.host).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('answers once in another way, then as a registry', async () => {
    const headers = { 'retry-after': '7' };
    const { get } = await registryWith({ kind: 'answer', status: 429, headers, body: 'later' });
    const reply = await get();
    expect([reply.status, reply.headers['retry-after'], reply.body.toString()]).toEqual([429, '7', 'later']);
    expect((await get()).status).toBe(200);
  });

  it('cuts an answer off', async () => {
    const { get } = await registryWith({ kind: 'cut', afterBytes: 70_000 });
    const reply = await get();
    expect([reply.status, reply.complete, reply.body.byteLength]).toEqual([200, false, 70_000]);
  });

  it('flips a bit', async () => {
    const { get } = await registryWith({ kind: 'flip', atByte: 150_000 });
    const { body, complete } = await get();
    expect([complete, body.byteLength, body.findIndex((byte) => byte !== 0x78)]).toEqual([
      true,
      200_000,
      150_000,
    ]);
  });

  it('replaces and drops headers', async () => {
    const changed = { 'docker-content-digest': undefined, 'content-type': 'text/plain' };
    const { get } = await registryWith({ kind: 'headers', headers: changed });
    const { headers } = await get();
    expect([headers['content-type'], headers['docker-content-digest']]).toEqual(['text/plain', undefined]);
  });

  it('drops the connection', async () => {
    const { get } = await registryWith({ kind: 'drop' });
    await expect(get()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
