// What an operator allows of a line: bytes in a second, and requests at once for one host.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { copyBlob } from '../../../../electron/engine/oci/copy-blob.ts';
import { quietContext } from '../../../../electron/engine/jobs/job-context.ts';
import { createThrottle } from '../../../../electron/engine/jobs/throttle.ts';
import type { ProgressEvent } from '../../../../shared/job/progress.ts';
import { blobOf, faultRegistry, readAll, testClient, writeAll } from './harness.ts';

const MiB = 1024 * 1024;
const limits = { perHost: 8, blobs: 8, stallMs: 10_000, retries: 5, bytesPerSecond: MiB };
const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

describe('bytes in a second', () => {
  it('hold for downloads, in pieces that let a pause be heard', async () => {
    const registry = await faultRegistry();
    const client = testClient({ limits });
    const { bytes, descriptor } = blobOf('down', 4 * MiB);
    registry.putBlob('team/app', bytes);
    const sizes: number[] = [];
    const read: Buffer[] = [];
    for await (const chunk of client.repository(registry.host, 'team/app').open(descriptor)) {
      sizes.push(chunk.byteLength);
      read.push(Buffer.from(chunk));
    }
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MiB / 8);
    expect(total(client.waits.seconds)).toBeGreaterThan(3.7);
    expect(total(client.waits.seconds)).toBeLessThanOrEqual(4);
  });

  it('hold for uploads, whose progress is told piece by piece', async () => {
    const registry = await faultRegistry();
    const client = testClient({ limits });
    const { bytes, descriptor } = blobOf('up', 2 * MiB);
    const from = testClient().repository(registry.host, 'team/from');
    registry.putBlob('team/from', bytes);
    const told: ProgressEvent[] = [];
    const context = quietContext({ report: (event) => told.push(event) });
    await copyBlob(from, client.repository(registry.host, 'team/app'), descriptor, context, 'app');
    expect(registry.blobs.get(`team/app@${descriptor.digest}`)?.equals(bytes)).toBe(true);
    expect(told.length).toBeGreaterThanOrEqual(16);
    expect(told.every((event) => event.kind === 'bytes' && event.item === 'app')).toBe(true);
    expect(total(client.waits.seconds)).toBeGreaterThan(1.7);
  });

  it('hold for files of web servers', async () => {
    const { bytes } = blobOf('file', MiB);
    const server = createServer((_request, response) => response.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const client = testClient({ limits });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
    const { body, size } = await client.download(url);
    expect(size).toBe(MiB);
    expect((await readAll(body)).equals(bytes)).toBe(true);
    expect(total(client.waits.seconds)).toBeGreaterThan(0.8);
  });

  it('are shared by all who are given one throttle', async () => {
    const registry = await faultRegistry();
    let now = 0;
    let waited = 0;
    const throttle = createThrottle(() => MiB, {
      now: () => now,
      sleep: (milliseconds) => {
        now += milliseconds;
        waited += milliseconds;
        return Promise.resolve();
      },
    });
    for (const seed of ['one', 'two']) {
      const { bytes, descriptor } = blobOf(seed, MiB);
      const client = testClient({ throttle });
      await writeAll(await client.repository(registry.host, 'team/app').ingest(descriptor), bytes);
    }
    expect(waited).toBeGreaterThan(1700);
  });

  it('do not keep a cancelled transfer waiting', async () => {
    const registry = await faultRegistry();
    const { bytes, descriptor } = blobOf('slow', MiB);
    registry.putBlob('team/app', bytes);
    const job = new AbortController();
    const client = testClient({
      throttle: {
        pieceBytes: 1024,
        take: (_bytes, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason as Error));
            job.abort(new Error('cancelled'));
          }),
      },
    });
    const source = client.repository(registry.host, 'team/app').open(descriptor, { signal: job.signal });
    await expect(readAll(source)).rejects.toThrow('cancelled');
  });
});

it('a host gets as many requests at once as were chosen for it', async () => {
  /** Answers nobody until so many ask, and says how many ever asked at once. */
  const held: (() => Promise<void>)[] = [];
  let wanted = 0;
  let most = 0;
  const registry = await faultRegistry();
  registry.order({
    path: /blobs/,
    respond: async ({ pass }) => {
      held.push(pass);
      most = Math.max(most, held.length);
      if (held.length >= wanted) await Promise.all(held.splice(0).map((answer) => answer()));
    },
  });
  const blobs = Array.from({ length: 12 }, (_, number) => blobOf(`${number}`, 1000));
  for (const { bytes } of blobs) registry.putBlob('team/app', bytes);
  const readWith = async (connections: number | undefined, asked: number) => {
    [wanted, most] = [asked, 0];
    const hosts = connections === undefined ? {} : { [registry.host]: { connections } };
    const repository = testClient({ hosts }).repository(registry.host, 'team/app');
    await Promise.all(blobs.map(({ descriptor }) => readAll(repository.open(descriptor))));
    return most;
  };
  expect(await readWith(2, 2)).toBe(2);
  expect(await readWith(undefined, 4)).toBeGreaterThanOrEqual(4);
});
