import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { blobOf, errorOf, faultRegistry, readAll, testClient } from './harness.ts';

const MiB = 1024 * 1024;

describe('a file of a web server', () => {
  it('comes with its size, type and validator', async () => {
    const server = await faultRegistry();
    const { bytes } = blobOf('a', 2 * MiB);
    server.order({
      path: /tool/,
      respond: ({ answer }) => answer(200, { 'content-type': 'text/x; charset=latin1', etag: '"v1"' }, bytes),
    });
    const client = testClient();
    const download = await client.download(`${server.url}/tool?key=SECRET`);
    expect(download).toMatchObject({ size: 2 * MiB, etag: '"v1"', contentType: 'text/x; charset=latin1' });
    expect((await readAll(download.body)).equals(bytes)).toBe(true);
    expect(await client.head(`${server.url}/tool`)).toEqual({ size: 2 * MiB, etag: '"v1"' });
  });

  it('is read from an offset on, also where the server does not know Range', async () => {
    const server = await faultRegistry();
    const { bytes } = blobOf('a', 1000);
    server.order({ path: /whole/, respond: ({ answer }) => answer(200, {}, bytes) });
    server.order({
      path: /part/,
      respond: ({ answer }) => answer(206, { 'content-range': 'bytes 400-999/1000' }, bytes.subarray(400)),
    });
    const client = testClient();
    for (const name of ['whole', 'part']) {
      const download = await client.download(`${server.url}/${name}`, { offset: 400 });
      expect(download.size).toBe(1000);
      expect((await readAll(download.body)).equals(bytes.subarray(400))).toBe(true);
    }
  });

  it('is gone on with after a break, under the validator it began with', async () => {
    const server = await faultRegistry();
    const { bytes } = blobOf('a', 2 * MiB);
    server.order({
      path: /tool/,
      times: 1,
      respond: ({ response }) => {
        response.writeHead(200, { 'content-length': String(bytes.byteLength), etag: '"v1"' });
        response.write(bytes.subarray(0, MiB), () => response.destroy());
      },
    });
    server.order({
      path: /tool/,
      respond: ({ request, answer }) => {
        expect(request.headers['if-range']).toBe('"v1"');
        const range = { 'content-range': `bytes ${MiB}-${2 * MiB - 1}/${2 * MiB}` };
        answer(206, range, bytes.subarray(MiB));
      },
    });
    const { body } = await testClient().download(`${server.url}/tool`);
    expect((await readAll(body)).equals(bytes)).toBe(true);
  });

  it('that changed meanwhile, or that cannot tell, is not put together from two halves', async () => {
    const server = await faultRegistry();
    const { bytes } = blobOf('a', 2 * MiB);
    const breakOff = (headers: Record<string, string>) => ({
      times: 1,
      respond: ({ response }: { response: ServerResponse }) => {
        response.writeHead(200, { 'content-length': String(bytes.byteLength), ...headers });
        response.write(bytes.subarray(0, MiB), () => response.destroy());
      },
    });
    server.order({ path: /changed/, ...breakOff({ etag: '"v1"' }) });
    server.order({ path: /changed/, respond: ({ answer }) => answer(200, { etag: '"v2"' }, bytes) });
    server.order({ path: /silent/, ...breakOff({}) });
    const client = testClient();
    const read = async (name: string) => readAll((await client.download(`${server.url}/${name}`)).body);
    expect((await errorOf(read('changed'))).code).toBe('SOURCE_CHANGED');
    expect((await errorOf(read('silent'))).code).toBe('CONNECTION_LOST');
  });

  it('takes the login of its own origin alone, which a redirect elsewhere loses', async () => {
    const server = await faultRegistry();
    const mirror = await faultRegistry();
    const login = { username: 'u', password: 'p' };
    server.order({
      path: /file/,
      respond: ({ request, answer }) =>
        request.headers.authorization === undefined
          ? answer(401)
          : answer(302, { location: `${mirror.url}/file` }),
    });
    mirror.order({ path: /file/, respond: ({ answer }) => answer(200, {}, 'bytes') });
    const client = testClient({ logins: { [server.host]: login, [mirror.host]: login } });
    const { body } = await client.download(`${server.url}/file`);
    expect((await readAll(body)).toString()).toBe('bytes');
    expect(mirror.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('that is not there, or wants a login, is named without its query', async () => {
    const server = await faultRegistry();
    server.order({ path: /locked/, respond: ({ answer }) => answer(401) });
    const client = testClient();
    const missing = await errorOf(client.download(`${server.url}/gone.tgz?sig=SECRET`));
    expect(missing.code).toBe('REFERENCE_NOT_FOUND');
    expect(missing.message).toContain('/gone.tgz');
    expect(missing.message).not.toContain('SECRET');
    expect((await errorOf(client.head(`${server.url}/gone.tgz`))).code).toBe('REFERENCE_NOT_FOUND');
    const locked = await errorOf(client.download(`${server.url}/locked?sig=SECRET`));
    expect(locked.code).toBe('UNAUTHORIZED');
    expect(locked.remedy).toContain(`airlock login ${server.url}`);
    expect(locked.message).not.toContain('SECRET');
  });

  it.each([403, 405, 501])('has no HEAD where the server answers %i to it', async (status) => {
    const server = await faultRegistry();
    server.order({ method: 'HEAD', path: /./, respond: ({ answer }) => answer(status) });
    expect(await testClient().head(`${server.url}/file`)).toBeUndefined();
  });
});
