import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../electron/engine/jobs/job-context.ts';
import type { ContentStore } from '../../../electron/engine/oci/content-store.ts';
import { createDigester, digestOf } from '../../../electron/engine/oci/digester.ts';
import { copyBlobs, copyWithRefetch, largestFirst } from '../../../electron/engine/pack/copy-blobs.ts';
import type { Blob } from '../../../electron/engine/pack/copy-blobs.ts';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { ProgressEvent } from '../../../shared/job/progress.ts';

const blobOf = (text: string): Blob => ({ digest: digestOf(text), size: Buffer.byteLength(text) });
const [a, b, c, d] = ['a', 'bb', 'ccc', 'dddd'].map(blobOf) as [Blob, Blob, Blob, Blob];

describe('moving blobs', () => {
  it('goes on with the others when one fails', async () => {
    const fates = await copyBlobs(
      [a, b, c],
      {
        move: ({ digest }) =>
          digest === b.digest
            ? Promise.reject(new AirlockError('REFERENCE_NOT_FOUND', 'The source has it no longer.'))
            : Promise.resolve(true),
      },
      quietContext(),
    );
    expect([...fates.moved]).toEqual([a.digest, c.digest]);
    expect([...fates.failures].map(([digest, error]) => [digest, error.code])).toEqual([
      [b.digest, 'REFERENCE_NOT_FOUND'],
    ]);
    expect(fates.left.size).toBe(0);
  });

  it('stops all when the medium has no room, and begins no other blob', async () => {
    const begun: string[] = [];
    const context = quietContext();
    const moving = copyBlobs(
      [a, b, c, d],
      {
        move: ({ digest }) => {
          begun.push(digest);
          return Promise.reject(new AirlockError('DISK_FULL', 'No room is left.'));
        },
      },
      { ...context, limits: { ...context.limits, blobs: 1 } },
    );
    await expect(moving).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(begun).toEqual([a.digest]);
  });

  it('says what it had not come to when it is cancelled', async () => {
    const cancel = new AbortController();
    const context = quietContext({ signal: cancel.signal });
    const fates = await copyBlobs(
      [a, b, c],
      {
        move: () => {
          cancel.abort(new AirlockError('CANCELLED', 'Cancelled.'));
          return Promise.resolve(true);
        },
      },
      { ...context, limits: { ...context.limits, blobs: 1 } },
    );
    expect([...fates.moved]).toEqual([a.digest]);
    expect([...fates.left]).toEqual([b.digest, c.digest]);
  });

  it('begins with the largest, and orders equal sizes by digest', () => {
    const twin = blobOf('zz');
    const order = largestFirst([a, b, twin, d]).map(({ digest }) => digest);
    expect(order).toEqual([d.digest, ...[b.digest, twin.digest].toSorted(), a.digest]);
  });
});

describe('a blob that came damaged', () => {
  /** Sends other bytes for the first `damaged` times it is opened. */
  function sourceOf(text: string, damaged: number): ContentStore & { opened: number } {
    const source = {
      opened: 0,
      label: 'source',
      stat: () => Promise.resolve({ state: 'held' as const, size: text.length }),
      async *open() {
        source.opened += 1;
        yield await Promise.resolve(Buffer.from(source.opened <= damaged ? 'x'.repeat(text.length) : text));
      },
      ingest: () => Promise.resolve(null),
      roots: () => Promise.resolve([]),
    };
    return source;
  }

  function targetStore(): ContentStore & { readonly kept: Set<string> } {
    const kept = new Set<string>();
    return {
      kept,
      label: 'target',
      stat: () => Promise.resolve({ state: 'absent', reason: 'unknown' }),
      open: () => {
        throw new Error('not read');
      },
      ingest: (descriptor) => {
        const digester = createDigester(descriptor, 'target');
        return Promise.resolve({
          write: (chunk) => Promise.resolve(digester.update(chunk)),
          commit: () => {
            digester.verify();
            kept.add(descriptor.digest);
            return Promise.resolve();
          },
          abort: () => Promise.resolve(),
        });
      },
      roots: () => Promise.resolve([]),
    };
  }

  it('is read again, and what was in vain is no progress', async () => {
    const events: ProgressEvent[] = [];
    const source = sourceOf('dddd', 1);
    const target = targetStore();
    const context = quietContext({ report: (event) => events.push(event) });
    expect(await copyWithRefetch(source, target, d, context)).toBe(true);
    expect(source.opened).toBe(2);
    expect([...target.kept]).toEqual([d.digest]);
    const sum = (resent: boolean) =>
      events.reduce(
        (total, event) =>
          event.kind === 'bytes' && (event.resent ?? false) === resent ? total + event.bytes : total,
        0,
      );
    expect([sum(false), sum(true)]).toEqual([4, 4]);
  });

  it('is given up when the source sends it damaged each time, and is not kept', async () => {
    const source = sourceOf('dddd', 99);
    const target = targetStore();
    await expect(copyWithRefetch(source, target, d, quietContext())).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      details: { attempts: 3 },
    });
    expect(source.opened).toBe(3);
    expect(target.kept.size).toBe(0);
  });
});
