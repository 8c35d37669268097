// What the tests of the registry client share: a client without logins and waits, and blobs to move.
import { onTestFinished } from 'vitest';
import { digestOf } from '../../../../electron/engine/oci/digester.ts';
import type { BlobWriter } from '../../../../electron/engine/oci/content-store.ts';
import { createRegistryClient } from '../../../../electron/engine/registry/index.ts';
import type { RegistryClient, RegistryClientOptions } from '../../../../electron/engine/registry/index.ts';
import type { Credential } from '../../../../electron/engine/registry/credentials/credential.ts';
import { MEDIA } from '../../../../shared/domain/descriptor.ts';
import type { Descriptor } from '../../../../shared/domain/descriptor.ts';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { startFaultRegistry } from '../../../support/fault-registry.ts';
import type { FaultRegistry } from '../../../support/fault-registry.ts';
import { seededBytes } from '../../../support/make-content.ts';

export interface Waits {
  readonly seconds: number[];
}

export interface TestClient extends RegistryClient {
  readonly waits: Waits;
  readonly notices: string[];
  passTime(seconds: number): void;
}

/** A client whose waits take no time; they are noted instead. Closed when the test has ended. */
export function testClient(
  options: Partial<RegistryClientOptions> & {
    readonly logins?: Readonly<Record<string, { username: string; password: string }>>;
    readonly stallMs?: number;
    readonly retries?: number;
  } = {},
): TestClient {
  const waits: Waits = { seconds: [] };
  const notices: string[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  const { logins = {}, stallMs = 10_000, retries = 5, ...rest } = options;
  const client = createRegistryClient({
    limits: { perHost: 8, blobs: 8, stallMs, retries },
    clock: {
      now: () => now,
      sleep(milliseconds, signal) {
        now += milliseconds;
        waits.seconds.push(milliseconds / 1000);
        return signal?.aborted === true ? Promise.reject(signal.reason as Error) : Promise.resolve();
      },
    },
    environment: {},
    authFile: '/nonexistent/auth.json',
    credentials: {
      forRegistry: (host): Promise<Credential | undefined> => {
        const login = logins[host];
        return Promise.resolve(login === undefined ? undefined : { ...login, origin: 'test' });
      },
      webCredentials: (url) => {
        const login = logins[new URL(url).host];
        return Promise.resolve(login === undefined ? undefined : { ...login, origin: 'test' });
      },
    },
    onNotice: (text) => notices.push(text),
    ...rest,
  });
  onTestFinished(() => client.close());
  return Object.assign(client, { waits, notices, passTime: (seconds: number) => (now += seconds * 1000) });
}

/** Closed when the test has ended. */
export async function faultRegistry(
  options: Parameters<typeof startFaultRegistry>[0] = {},
): Promise<FaultRegistry> {
  const registry = await startFaultRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

export interface Blob {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

export function blobOf(seed: string, size: number): Blob {
  const bytes = seededBytes(seed, size);
  return { bytes, descriptor: { mediaType: MEDIA.octets, digest: digestOf(bytes), size } };
}

export interface MadeManifest {
  readonly bytes: Buffer;
  readonly descriptor: Descriptor;
}

/** A manifest that names blobs it does not need to have. */
export function manifestOf(
  blobs: readonly Descriptor[] = [],
  mediaType: string = MEDIA.ociManifest,
): MadeManifest {
  const config = blobOf('config', 20).descriptor;
  const body = { schemaVersion: 2, mediaType, config, layers: blobs };
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.byteLength } };
}

/** Writes a blob in pieces of the given size, each overwritten as soon as the writer let go of it. */
export async function writeAll(
  writer: BlobWriter | null,
  bytes: Uint8Array,
  piece = 256 * 1024,
): Promise<void> {
  if (writer === null) throw new Error('the blob was there already');
  const lent = Buffer.alloc(piece);
  for (let at = 0; at < bytes.byteLength; at += piece) {
    const chunk = lent.subarray(0, Math.min(piece, bytes.byteLength - at));
    chunk.set(bytes.subarray(at, at + chunk.byteLength));
    await writer.write(chunk);
    lent.fill(0xee);
  }
  await writer.commit();
}

export async function readAll(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of source) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

/** The AirlockError that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<AirlockError> {
  const error: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (error instanceof AirlockError) return error;
  throw error;
}
