// Writes the published JSON Schemas of the formats that Airlock writes, from the schemas it reads them with.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { DigestSchema } from '../shared/domain/digest.ts';
import { BundleManifest } from '../shared/format/bundle.ts';
import { CommandResult } from '../shared/format/command-result.ts';
import { Lock } from '../shared/format/lock.ts';
import { Receipt } from '../shared/format/receipt.ts';

const FOLDER = fileURLToPath(new URL('../shared/schemas/', import.meta.url));

const FORMATS = {
  'lock.schema.json': ['Airlock lock, format 1', Lock],
  'bundle.schema.json': ['airlock.json, the manifest of an Airlock bundle, format 1', BundleManifest],
  'receipt.schema.json': ['Airlock receipt, format 1', Receipt],
  'command-result.schema.json': ['What a verb of the airlock command prints with --json', CommandResult],
} as const;

/** The text of each schema by its path. */
export async function schemaTexts(): Promise<ReadonlyMap<string, string>> {
  const texts = Object.entries(FORMATS).map(async ([name, [title, schema]]) => {
    const path = `${FOLDER}${name}`;
    const json = { title, ...z.toJSONSchema(schema, { unrepresentable: 'any', override: describeDigest }) };
    const options = await resolveConfig(path);
    return [path, await format(JSON.stringify(json), { ...options, filepath: path })] as const;
  });
  return new Map(await Promise.all(texts));
}

/** A digest is a custom type to zod, which JSON Schema has none of. */
function describeDigest({
  zodSchema,
  jsonSchema,
}: {
  readonly zodSchema: unknown;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  if (zodSchema !== DigestSchema) return;
  jsonSchema.type = 'string';
  jsonSchema.pattern = '^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$';
}

if (import.meta.main) {
  await mkdir(FOLDER, { recursive: true });
  for (const [path, text] of await schemaTexts()) await writeFile(path, text);
}
