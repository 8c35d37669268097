// What an operator is left with when a bundle is too far gone to be opened: an account of it all the same.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine, quietContext } from '../../../electron/engine/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('a job over a bundle that cannot be opened', () => {
  it('leaves a receipt of the damage, and none where there is no bundle at all', async () => {
    const home = await tempFolder();
    const engine = createEngine({
      environment: {},
      stateFolder: join(home, 'state'),
      version: '0.0.0',
      hosts: {},
    });
    const broken = join(home, 'broken.airlock');
    await mkdir(broken);
    await writeFile(join(broken, 'airlock.json'), '{');
    const choice = { deep: false, strict: false };
    await expect(engine.verify({ ...choice, bundle: broken }, quietContext())).rejects.toMatchObject({
      code: 'BUNDLE_DAMAGED',
    });
    await expect(engine.verify({ ...choice, bundle: home }, quietContext())).rejects.toMatchObject({
      code: 'NOT_A_BUNDLE',
    });
    const receipts = await engine.history();
    expect(receipts).toMatchObject([{ desk: 'verify', outcome: 'failed', exit: 5, place: broken }]);
    expect(receipts[0]?.notes.join()).toContain('broken.airlock');
  });
});
