// Tells by its first members what an archive is, without reading it through: the lock reads all of it and judges.
import { isAirlockError } from '../../../../shared/errors/airlock-error.ts';
import { openTarStream } from '../archives/archive-file.ts';
import { readTar } from '../archives/read-tar.ts';
import type { ByteSource } from '../../oci/content-store.ts';

export type ArchiveKind = 'bundle' | 'chart' | 'images' | 'other';

/** Beyond this an archive that has told nothing is taken for a file like any other. */
const LOOKED_AT_BYTES = 256 * 1024 * 1024;

/** Members of docker-save archives and OCI layouts, by every program that writes them (docker, podman, skopeo, kaniko, jib). */
const OF_IMAGES =
  /^(?:blobs\/sha(?:256|512)\/|manifest\.json$|(?:sha256:)?[0-9a-f]{64}(?:\.json|\.tar(?:\.gz)?|\/layer\.tar|\/json|\/VERSION)?$)/;
/** What a bundle begins with too. */
const OF_LAYOUTS = /^(?:oci-layout|index\.json)$/;
const OF_CHARTS = /^[^/]+\/Chart\.yaml$/;

/** Never throws for what the archive holds: what cannot be read as one is `other`. Throws what reading the file throws. */
export async function sniffArchive(path: string, signal: AbortSignal): Promise<ArchiveKind> {
  let isLayout = false;
  try {
    const { compressed, bytes } = await openTarStream(path, signal);
    for await (const { name } of readTar(firstOf(bytes), { what: path, backslashes: true })) {
      if (name === 'airlock.json') return 'bundle';
      if (compressed && OF_CHARTS.test(name)) return 'chart';
      if (OF_LAYOUTS.test(name)) isLayout = true;
      else if (OF_IMAGES.test(name)) return 'images';
    }
  } catch (error) {
    if (!isAirlockError(error, 'ARCHIVE_INVALID', 'SOURCE_UNSUPPORTED', 'LIMIT_EXCEEDED', 'CHART_INVALID'))
      throw error;
  }
  return isLayout ? 'images' : 'other';
}

/** Cut off there, the tar is one that cannot be read on. */
async function* firstOf(bytes: ByteSource): ByteSource {
  let seen = 0;
  for await (const chunk of bytes) {
    yield chunk;
    seen += chunk.byteLength;
    if (seen > LOOKED_AT_BYTES) return;
  }
}
