// Images for the bench: random layers in real gzip, pushed straight into a registry over plain HTTP or TLS.
import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { gzipSync } from 'node:zlib';

export interface Registry {
  readonly host: string;
  /** PEM of its authority where it speaks TLS. */
  readonly ca?: string;
}

const MiB = 1024 * 1024;

/** A layer of about `bytes`: a tar of one random file, gzip in stored mode so that making it costs no time. */
function makeLayer(bytes: number): { readonly blob: Buffer; readonly diffId: string } {
  const body = randomBytes(Math.max(512, Math.floor(bytes / 512) * 512));
  const header = Buffer.alloc(512);
  header.write('data.bin', 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const tar = Buffer.concat([header, body, Buffer.alloc(1024)]);
  return { blob: gzipSync(tar, { level: 0 }), diffId: sha256(tar) };
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

interface Pushed {
  readonly digest: string;
  readonly size: number;
  readonly diffId: string;
}

async function request(
  registry: Registry,
  method: string,
  path: string,
  body?: Buffer,
  type = 'application/octet-stream',
): Promise<http.IncomingMessage> {
  const scheme = registry.ca === undefined ? http : https;
  const url = path.includes('://')
    ? path
    : `${registry.ca === undefined ? 'http' : 'https'}://${registry.host}${path}`;
  return new Promise((resolve, reject) => {
    const call = scheme.request(
      url,
      {
        method,
        ...(registry.ca === undefined ? {} : { ca: registry.ca }),
        headers: { 'content-type': type, 'content-length': body?.length ?? 0 },
      },
      (response) => {
        response.resume();
        response.on('end', () => {
          resolve(response);
        });
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

async function pushBlob(
  registry: Registry,
  repository: string,
  blob: Buffer,
): Promise<{ digest: string; size: number }> {
  const digest = sha256(blob);
  const session = await request(registry, 'POST', `/v2/${repository}/blobs/uploads/`);
  const location = session.headers.location ?? '';
  const answer = await request(
    registry,
    'PUT',
    `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`,
    blob,
  );
  if (answer.statusCode !== 201) throw new Error(`blob upload answered ${answer.statusCode}`);
  return { digest, size: blob.length };
}

async function pushLayer(registry: Registry, repository: string, bytes: number): Promise<Pushed> {
  const { blob, diffId } = makeLayer(bytes);
  return { ...(await pushBlob(registry, repository, blob)), diffId };
}

async function pushImage(
  registry: Registry,
  repository: string,
  tag: string,
  layers: readonly Pushed[],
): Promise<void> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
      history: [{ created_by: `${repository}:${tag}` }],
    }),
  );
  const pushed = await pushBlob(registry, repository, config);
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...pushed },
      layers: layers.map(({ digest, size }) => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest,
        size,
      })),
    }),
  );
  const answer = await request(registry, 'PUT', `/v2/${repository}/manifests/${tag}`, manifest, type);
  if (answer.statusCode !== 201) throw new Error(`manifest answered ${answer.statusCode}`);
}

/** Mounts a layer that another repository of the same registry has. */
async function share(registry: Registry, layer: Pushed, from: string, to: string): Promise<void> {
  const answer = await request(
    registry,
    'POST',
    `/v2/${to}/blobs/uploads/?mount=${layer.digest}&from=${from}`,
  );
  if (answer.statusCode !== 201) throw new Error(`mount answered ${answer.statusCode}`);
}

/** Five images with a common base of a quarter of `totalBytes`. Returns repository:tag of each. */
export async function pushBigImages(registry: Registry, totalBytes: number): Promise<readonly string[]> {
  const base: Pushed[] = [];
  for (let part = 0; part < 2; part += 1) base.push(await pushLayer(registry, 'big/app-1', totalBytes / 8));
  const names: string[] = [];
  for (let image = 1; image <= 5; image += 1) {
    const repository = `big/app-${image}`;
    if (image > 1) for (const layer of base) await share(registry, layer, 'big/app-1', repository);
    const own: Pushed[] = [];
    // A layer stays below 512 MiB whatever the size asked for, so that making one fits in memory.
    const parts = Math.max(2, Math.ceil((totalBytes * 3) / 20 / (512 * MiB)));
    for (let part = 0; part < parts; part += 1)
      own.push(await pushLayer(registry, repository, (totalBytes * 3) / 20 / parts));
    await pushImage(registry, repository, '1.0', [...base, ...own]);
    names.push(`${repository}:1.0`);
  }
  return names;
}

/** 200 images of a shared 16 KiB layer and one of 4 KiB of their own. */
export async function pushSmallImages(registry: Registry, count: number): Promise<readonly string[]> {
  const base = await pushLayer(registry, 'small/app-1', 16 * 1024);
  const names: string[] = [];
  for (let image = 1; image <= count; image += 1) {
    const repository = `small/app-${image}`;
    if (image > 1) await share(registry, base, 'small/app-1', repository);
    const own = await pushLayer(registry, repository, 4 * 1024);
    await pushImage(registry, repository, '1.0', [base, own]);
    names.push(`${repository}:1.0`);
  }
  return names;
}
