// How blobs get onto a shelf: what fails on the way leaves nothing open and nothing claimed.
import { open } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBlobIntake } from '../../../electron/engine/bundle/blob-intake.ts';
import type { BlobShelf, ShelfSlot } from '../../../electron/engine/bundle/blob-shelf.ts';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { createSinkPool } from '../../../electron/engine/trust/sink-pool.ts';
import type { SinkPool } from '../../../electron/engine/trust/sink-pool.ts';
import { seededBytes } from '../../support/make-content.ts';

const BYTES = seededBytes('blob', 1024 * 1024);
const BLOB = { digest: digestOf(BYTES), size: BYTES.byteLength };

/** A shelf whose slots write to one file, and that counts them. */
function intakeOver(fd: number, sinks: SinkPool | undefined) {
  const slots = { open: 0, named: 0 };
  const slot = (): ShelfSlot => {
    slots.open += 1;
    return {
      fd,
      base: 0,
      write: () => Promise.resolve(),
      name: () => {
        slots.open -= 1;
        slots.named += 1;
        return Promise.resolve();
      },
      drop: () => {
        slots.open -= 1;
        return Promise.resolve();
      },
    };
  };
  const shelf: BlobShelf = {
    has: () => Promise.resolve(false),
    begin: () => Promise.resolve(slot()),
    read: () => {
      throw new Error('nothing is read');
    },
    adopt: () => Promise.resolve(false),
    discard: () => Promise.resolve(),
    sync: () => Promise.resolve(),
    seal: () => Promise.resolve(),
    sealBytes: 0,
    close: () => Promise.resolve(),
  };
  const intake = createBlobIntake({
    label: 'bundle test',
    place: '/media/usb/test.airlock',
    blobs: [BLOB],
    shelf,
    journal: { append: () => Promise.resolve(), close: () => Promise.resolve() },
    kept: [],
    sinks,
  });
  return { intake, slots };
}

const signal = new AbortController().signal;

describe('a blob for the threads', () => {
  it('gives its slot back where no thread takes it, and can be brought again', async () => {
    let works = false;
    const sinks: SinkPool = {
      begin: () =>
        works
          ? Promise.resolve({ write: () => Promise.resolve(), end: () => Promise.resolve(['', '']) })
          : Promise.reject(new Error('a thread ended')),
      close: () => Promise.resolve(),
    };
    const { intake, slots } = intakeOver(-1, sinks);
    await expect(intake.ingest(BLOB.digest, signal)).rejects.toThrow('a thread ended');
    expect(slots.open).toBe(0);
    works = true;
    const writer = await intake.ingest(BLOB.digest, signal);
    expect(slots.open).toBe(1);
    await writer?.abort();
    expect(slots.open).toBe(0);
  });

  it('that finds no room says so of the bundle’s place, and is not kept', async () => {
    const sinks = createSinkPool(1);
    onTestFinished(() => sinks.close());
    const device = await open('/dev/full', 'w');
    onTestFinished(() => device.close());
    const { intake, slots } = intakeOver(device.fd, sinks);
    const writer = await intake.ingest(BLOB.digest, signal);
    await expect(writer?.write(BYTES)).rejects.toMatchObject({
      code: 'DISK_FULL',
      details: { path: '/media/usb/test.airlock' },
    });
    await writer?.abort();
    expect(slots).toEqual({ open: 0, named: 0 });
    expect(intake.held.size).toBe(0);
  });
});
