import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { schemaTexts } from '../../build/write-schemas.ts';

describe('the published schemas', () => {
  it('are what `npm run schemas` writes from the schemas that Airlock reads with', async () => {
    const texts = await schemaTexts();
    expect(texts.size).toBe(4);
    for (const [path, text] of texts) expect(await readFile(path, 'utf8'), path).toBe(text);
  });

  it('say what a digest looks like', async () => {
    for (const [path, text] of await schemaTexts()) expect(text, path).toContain('sha256:[0-9a-f]{64}');
  });
});
