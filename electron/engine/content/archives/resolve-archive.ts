// Makes lock items of the images in an archive, a layout folder or a daemon's stream.
import { stat } from 'node:fs/promises';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { onSide } from '../../../../shared/errors/airlock-error.ts';
import type { LockSource } from '../../../../shared/format/lock.ts';
import { formatReference, parseReference } from '../../oci/reference.ts';
import { fileFailure } from '../../disk/file-failure.ts';
import { atEntry } from '../files/entry-error.ts';
import { entryPath, toLockPath } from '../files/local-path.ts';
import { createSourceGraph, partOf, resolveContent } from '../images/index.ts';
import type { ImageEntry, ResolveContext, Resolved, Resolver } from '../index.ts';
import { readArchiveFile } from './archive-file.ts';
import { readDockerSave } from './docker-save.ts';
import { asRepository } from './image-source.ts';
import type { ImageSource } from './image-source.ts';
import { readLayoutFolder } from './layout-folder.ts';
import type { ArchiveContents } from './member-table.ts';
import { readOciLayout } from './oci-layout.ts';

/**
 * All images of a docker-save tar, an OCI archive (each also compressed with gzip or zstd, told by their bytes) or an OCI
 * layout folder; one item per name. The archive is read through once and nothing of it is copied.
 * Throws ARCHIVE_INVALID, DIGEST_MISMATCH, LIMIT_EXCEEDED, SOURCE_UNSUPPORTED, PLATFORM_NOT_FOUND, FILE_NOT_FOUND.
 */
export const resolveArchiveImage: Resolver<ImageEntry & { readonly from: 'archive' }> = async (
  entry,
  context,
) => {
  try {
    const path = entryPath(entry.base, entry.path);
    const lockPath = toLockPath(context.lockBase, entry.base, entry.path);
    const archive = (await isFolder(path))
      ? readLayoutFolder(path, lockPath, context.job)
      : await readArchiveFile(path, lockPath, context.job);
    const items: Resolved[] = [];
    for (const { image, reference, name } of nameImages(await readImages(archive), entry.as, path))
      items.push(
        await resolveArchived(
          image,
          {
            reference,
            source: { type: 'archive', path: lockPath, ...(name === undefined ? {} : { entry: name }) },
            label: path,
          },
          entry,
          context,
        ),
      );
    return items;
  } catch (error) {
    throw atEntry(entry.at, error);
  }
};

/** Archives with index.json are OCI layouts, whatever else they hold: docker save writes both since version 25. */
export async function readImages(archive: ArchiveContents): Promise<readonly ImageSource[]> {
  if ((await archive.find('index.json')) !== undefined) return readOciLayout(archive);
  if ((await archive.find('manifest.json')) !== undefined) return readDockerSave(archive);
  throw new AirlockError(
    'ARCHIVE_INVALID',
    `${archive.label} has neither index.json nor manifest.json: it is no archive of images.`,
  );
}

interface NamedImage {
  readonly image: ImageSource;
  readonly reference: string;
  readonly name: string | undefined;
}

function nameImages(
  images: readonly ImageSource[],
  as: string | undefined,
  label: string,
): readonly NamedImage[] {
  const [only, second] = images;
  if (as !== undefined) {
    if (only === undefined || second !== undefined)
      throw new AirlockError(
        'LIST_INVALID',
        `"as" names one image, and ${label} holds ${images.length}: ${images.map(describe).join(', ')}.`,
        { remedy: 'Leave out `as`, so that each image keeps its own name.' },
      );
    return [{ image: only, reference: formatReference(parseReference(as)), name: only.names[0] }];
  }
  return images.flatMap((image) => {
    if (image.names.length === 0)
      throw new AirlockError('LIST_INVALID', `${label} gives its image ${describe(image)} no name.`, {
        remedy: 'Name it in the list with `as:`, as host/repository:tag.',
      });
    return image.names.map((name) => ({ image, reference: formatReference(parseReference(name)), name }));
  });
}

function describe({ names, root }: ImageSource): string {
  return names[0] ?? root.digest;
}

/** The item for one image under one name. Throws ARCHIVE_INVALID where the archive lacks a blob of it. */
export async function resolveArchived(
  image: ImageSource,
  item: { readonly reference: string; readonly source: LockSource; readonly label: string },
  wanted: Pick<ImageEntry, 'platforms' | 'index'>,
  context: ResolveContext,
): Promise<Resolved> {
  try {
    const graph = createSourceGraph(asRepository(image, item.label), context.job.signal);
    const { reference, source } = item;
    const selection = { kind: 'image' as const, reference, source, ...partOf(wanted) };
    const resolved = await resolveContent(graph, await graph.read(image.root), selection, context);
    const blobs: Resolved['blobs'][number][] = [];
    const documents = new Map(resolved.manifests);
    for (const blob of resolved.blobs) {
      const held = image.documents.get(blob.digest);
      if (held !== undefined) documents.set(blob.digest, held);
      else blobs.push(await located(image, blob, item.label));
    }
    return {
      ...resolved,
      item: { ...resolved.item, ...(image.madeByAirlock ? { madeByAirlock: true } : {}) },
      manifests: documents,
      blobs,
    };
  } catch (error) {
    throw onSide(error, 'source');
  }
}

async function located(
  image: ImageSource,
  blob: Resolved['blobs'][number],
  label: string,
): Promise<Resolved['blobs'][number]> {
  if (blob.from !== undefined) return blob;
  const file = await image.find(blob.digest);
  if (file?.size !== blob.size)
    throw new AirlockError(
      'ARCHIVE_INVALID',
      file === undefined
        ? `${label} does not have the blob ${blob.digest}, which an image in it needs.`
        : `${label}: the blob ${blob.digest} has ${file.size} bytes, and its manifest says ${blob.size}.`,
      { details: { digest: blob.digest } },
    );
  await file.keep?.();
  return { ...blob, ...(file.from === undefined ? {} : { from: file.from }) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileFailure(error, path);
  }
}
