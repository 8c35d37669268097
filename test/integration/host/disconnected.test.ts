// The disconnected side: nobody is called whom the operator did not name.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startRegistry } from '../../support/built-in-registry.ts';
import { hasEnded, startEngine } from '../../support/start-engine.ts';
import { makeCargo, packed, toTarget } from './cargo.ts';

it('calls nobody on the disconnected side but who is named', async () => {
  const elsewhere = await startRegistry();
  let sendsElsewhere = false;
  const cargo = await makeCargo({
    faults: ({ method, url }) =>
      sendsElsewhere && method === 'GET' && url.includes('/blobs/')
        ? { kind: 'answer', status: 307, headers: { location: `${elsewhere.url}${url}` } }
        : undefined,
  });
  const started = await startEngine();
  const { calls, job } = started;
  await calls.settings.save({ side: 'disconnected' });

  // The lock names its registry, the import its target: that is enough.
  const bundle = await packed(cargo, started);
  const target = await startRegistry();
  const named = await calls.jobs.start({
    desk: 'import',
    ...toTarget(bundle, target.host),
    tags: 'fail',
    decided: {},
    verifyFirst: false,
  });
  expect(await job(named, hasEnded)).toMatchObject({ state: 'done' });

  sendsElsewhere = true;
  const output = join(cargo.medium, 'moved.airlock');
  const refused = await calls.jobs.start({
    desk: 'pack',
    lockPath: cargo.lockPath,
    output,
    sealIncomplete: false,
  });
  expect(await job(refused, hasEnded)).toMatchObject({ state: 'failed' });
  expect((await calls.jobs.items({ job: refused })).map(({ error }) => error?.code)).toEqual([
    'HOST_NOT_NAMED',
    'HOST_NOT_NAMED',
  ]);
  expect(elsewhere.requests).toEqual([]);
  for (const server of [target, elsewhere]) await server.close();
});
