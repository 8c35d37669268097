// Reads the Chart.yaml of a packaged chart, under Helm's own limits, as the source text has it.
import { FAILSAFE_SCHEMA, load, mergeTag, nullCoreTag } from 'js-yaml';
import { valid } from 'semver';
import { z } from 'zod';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { ByteSource } from '../../oci/content-store.ts';
import { readTar } from '../archives/read-tar.ts';
import { collectBytes } from '../files/collect-bytes.ts';
import { decompressed, SNIFF_BYTES, sniffCompression } from '../decompress.ts';
import { aliasSurplus, MOST_SURPLUS } from '../alias-surplus.ts';

/** helm pkg/chart/loader/archive: MaxDecompressedChartSize and MaxDecompressedFileSize. */
const MAX_CHART_BYTES = 100 * 1024 * 1024;
const MAX_FILE_BYTES = 5 * 1024 * 1024;

export interface ChartMetadata {
  readonly name: string;
  readonly version: string;
  readonly description: string | undefined;
  /** All of Chart.yaml as JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * The bytes of `<chart>/Chart.yaml`. The whole archive is read, so that a chart which Helm would refuse is refused here.
 * Throws CHART_INVALID, LIMIT_EXCEEDED; `what` names the chart in messages.
 */
export async function readChartYaml(tgz: ByteSource, what: string): Promise<Uint8Array> {
  let chartYaml: Uint8Array | undefined;
  try {
    const tar = decompressed(refuseOtherThanGzip(tgz, what), 'gzip', { what, maxBytes: MAX_CHART_BYTES });
    for await (const member of readTar(tar, { what, backslashes: true })) {
      if (member.type !== 'file') continue;
      if (member.size > MAX_FILE_BYTES)
        throw new AirlockError(
          'LIMIT_EXCEEDED',
          `${what}: ${member.name} has ${member.size} bytes; Helm reads at most ${MAX_FILE_BYTES} a file.`,
          { side: 'source', remedy: 'Ask the chart’s maker for one that Helm can load.' },
        );
      if (member.name === 'Chart.yaml')
        throw invalid(what, 'has its Chart.yaml outside of a folder, which Helm refuses');
      if (!/^[^/]+\/Chart\.yaml$/.test(member.name)) continue;
      if (chartYaml !== undefined) throw invalid(what, 'has more than one chart in it');
      chartYaml = await collectBytes(member.bytes, MAX_FILE_BYTES);
    }
  } catch (error) {
    if (error instanceof AirlockError && error.code === 'ARCHIVE_INVALID')
      throw new AirlockError('CHART_INVALID', error.message, { cause: error });
    throw error;
  }
  if (chartYaml === undefined) throw invalid(what, 'has no Chart.yaml');
  return chartYaml;
}

async function* refuseOtherThanGzip(bytes: ByteSource, what: string): ByteSource {
  let first = true;
  for await (const chunk of bytes) {
    if (first && sniffCompression(chunk.subarray(0, SNIFF_BYTES)) !== 'gzip')
      throw invalid(what, 'is no gzip archive, as packaged charts are');
    first = false;
    yield chunk;
  }
  if (first) throw invalid(what, 'is empty');
}

/** Every scalar as it is written, so that 1.10 stays 1.10; the fields of Helm's Metadata are strings but for two. */
const SOURCE_TEXT = FAILSAFE_SCHEMA.withTags(nullCoreTag, mergeTag);

const ChartYaml = z.looseObject({
  apiVersion: z.string(),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  version: z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]*$/),
  description: z.string().optional(),
});

/** Throws CHART_INVALID for all that Helm would not take, and for keys that two readers could read differently. */
export function parseChartYaml(bytes: Uint8Array, what: string): ChartMetadata {
  let value: unknown;
  try {
    value = load(new TextDecoder('utf-8', { fatal: true }).decode(bytes), {
      schema: SOURCE_TEXT,
      maxAliases: 100,
    });
  } catch (error) {
    throw invalid(what, 'has a Chart.yaml that is not YAML', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(what, 'has a Chart.yaml that is no mapping');
  if (aliasSurplus(value) > MOST_SURPLUS)
    throw invalid(what, 'has a Chart.yaml whose aliases stand for too much');
  const json = toHelmTypes(value);
  const twin = twinKey(Object.keys(json));
  if (twin !== undefined) throw invalid(what, `has the key "${twin}" in two spellings in its Chart.yaml`);
  const parsed = ChartYaml.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(
      what,
      `has a Chart.yaml whose ${issue?.path.map(String).join('.') ?? 'content'} is missing or wrong`,
    );
  }
  const { name, version, description } = parsed.data;
  if (readableVersion(version) === undefined)
    throw invalid(what, `has the version ${version}, which is no semantic version`);
  return { name, version, description, json };
}

/**
 * A semantic version as Helm's reader takes it: a leading v and missing parts are allowed (`v1.2` is 1.2.0). Undefined
 * where it is none.
 */
export function readableVersion(text: string): string | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', rest = ''] = match;
  const full = [major, minor, patch].map((part) => part.replace(/^0+(?=\d)/, '')).join('.') + rest;
  return valid(full) === null ? undefined : full;
}

/** Drops what is null; `deprecated` and `dependencies[].enabled` are the two booleans of Helm's Metadata. */
function toHelmTypes(value: object): Record<string, unknown> {
  const entries = Object.entries(value as Record<string, unknown>).filter(([, member]) => member !== null);
  return Object.fromEntries(
    entries.map(([key, member]) => {
      if (key === 'deprecated' || key === 'enabled') return [key, toBoolean(member)];
      if (key === 'dependencies' && Array.isArray(member))
        return [key, member.map((each: unknown) => (isMapping(each) ? toHelmTypes(each) : each))];
      return [key, member];
    }),
  );
}

function toBoolean(value: unknown): unknown {
  if (value === 'true' || value === 'True' || value === 'TRUE') return true;
  if (value === 'false' || value === 'False' || value === 'FALSE') return false;
  return value;
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Go's JSON reader takes `Name` for `name`. */
function twinKey(keys: readonly string[]): string | undefined {
  const folded = keys.map((key) => key.toLowerCase());
  return keys.find((_, index) => folded.indexOf(folded[index] ?? '') !== index);
}

function invalid(what: string, why: string, cause?: unknown): AirlockError {
  return new AirlockError('CHART_INVALID', `${what} ${why}.`, {
    details: { chart: what },
    ...(cause === undefined ? {} : { cause }),
  });
}
