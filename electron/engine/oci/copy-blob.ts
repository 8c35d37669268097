// Moves one blob from one store to another. The taking store's writer hashes; nothing keeps its name unless it agreed.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { ProgressEvent } from '../../../shared/job/progress.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ContentStore } from './content-store.ts';

/** False where the target came by the blob without its bytes. Progress goes to the context as it moves, for `item` where one is named. */
export async function copyBlob(
  from: ContentStore,
  to: ContentStore,
  descriptor: Descriptor,
  context: Pick<JobContext, 'signal' | 'report' | 'pause'>,
  item?: string,
): Promise<boolean> {
  await context.pause.whenRunning(context.signal);
  const writer = await to.ingest(descriptor, { signal: context.signal });
  if (writer === null) return false;
  try {
    for await (const chunk of from.open(descriptor, { signal: context.signal }))
      for (let at = 0; at < chunk.byteLength;) {
        const held = context.pause.whenRunning(context.signal);
        if (held !== undefined) await held;
        const most = writer.pieceBytes ?? chunk.byteLength;
        const piece = at === 0 && most >= chunk.byteLength ? chunk : chunk.subarray(at, at + most);
        await writer.write(piece);
        at += piece.byteLength;
        context.report(bytesMoved(piece.byteLength, item));
      }
    await writer.commit();
    return true;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The event of bytes that moved, for an item where one is known. */
export function bytesMoved(bytes: number, item: string | undefined): ProgressEvent {
  return item === undefined ? { kind: 'bytes', bytes } : { kind: 'bytes', bytes, item };
}
