import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { blobOf, errorOf, faultRegistry, readAll, testClient } from './harness.ts';

const { bytes, descriptor } = blobOf('gate', 1000);

function clientThatMayCall(...hosts: readonly string[]) {
  const asked: string[] = [];
  const mayCall = (host: string) => {
    asked.push(host);
    return hosts.includes(host);
  };
  return Object.assign(testClient({ mayCall }), { asked });
}

/** A place that counts who connects to it. */
async function listener() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
  };
}

describe('a host that nobody named', () => {
  it('is not called for a registry, not even to learn whether it speaks TLS', async () => {
    const place = await listener();
    const client = clientThatMayCall('other.example');
    for (const call of [
      client.ping(place.host),
      client.repository(place.host, 'team/app').resolve('1'),
      client.repository(place.host, 'team/app').tags(),
    ]) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ code: 'HOST_NOT_NAMED', side: 'machine', details: { host: place.host } });
      expect(error.message).toBe(`${place.host} was not called: nobody named it on this machine.`);
    }
    expect(place.connections).toBe(0);
    expect(client.waits.seconds).toEqual([]);
  });

  it('is not called for a file, and its name is not looked up', async () => {
    const client = clientThatMayCall();
    const url = 'https://files.invalid/a.bin?token=hunter2';
    for (const call of [client.download(url), client.head(url)]) {
      const error = await errorOf(call);
      expect(error.code).toBe('HOST_NOT_NAMED');
      expect(error.message).not.toContain('hunter2');
    }
  });

  it('is asked about as people write it', async () => {
    const client = clientThatMayCall();
    for (const host of ['docker.io', 'registry-1.docker.io', 'Registry.Example', 'r.example:5000'])
      await errorOf(client.ping(host));
    expect([...new Set(client.asked)]).toEqual(['docker.io', 'registry.example', 'r.example:5000']);
  });

  it('is not called where a registry redirects to it, and that is said', async () => {
    const [registry, place] = [await faultRegistry(), await listener()];
    registry.order({
      path: /blobs/,
      respond: ({ answer }) => answer(307, { location: `http://${place.host}/b?X-Amz-Signature=s3cret` }),
    });
    const client = clientThatMayCall(registry.host);
    const error = await errorOf(readAll(client.repository(registry.host, 'team/app').open(descriptor)));
    expect(error.code).toBe('HOST_NOT_NAMED');
    expect(error.message).toBe(
      `${place.host} was not called: nobody named it on this machine; a redirect of ${registry.host} leads there.`,
    );
    expect(place.connections).toBe(0);
  });

  it('is not called where a web server redirects to it', async () => {
    const server = await faultRegistry();
    server.order({
      path: /tool/,
      respond: ({ answer }) => answer(302, { location: 'https://cdn.invalid/tool?sig=s3cret' }),
    });
    const error = await errorOf(clientThatMayCall(server.host).download(`${server.url}/tool`));
    expect(error).toMatchObject({ code: 'HOST_NOT_NAMED', details: { host: 'cdn.invalid' } });
    expect(error.message).toContain(`a redirect of ${server.host} leads there`);
    expect(error.message).not.toContain('s3cret');
  });

  it('gets no request for a token, and its name is not looked up', async () => {
    const registry = await faultRegistry();
    registry.order({
      path: /./,
      respond: ({ answer }) =>
        answer(401, { 'www-authenticate': 'Bearer realm="https://auth.invalid/token",service="r"' }),
    });
    const error = await errorOf(clientThatMayCall(registry.host).ping(registry.host));
    expect(error).toMatchObject({ code: 'HOST_NOT_NAMED', details: { host: 'auth.invalid' } });
    expect(error.message).toContain(`it is the token realm of ${registry.host}`);
  });

  it('gets no upload', async () => {
    const [registry, place] = [await faultRegistry(), await listener()];
    registry.order({
      method: 'POST',
      path: /uploads/,
      respond: ({ answer }) => answer(202, { location: `http://${place.host}/session` }),
    });
    const client = clientThatMayCall(registry.host);
    const writer = await client.repository(registry.host, 'team/app').ingest(descriptor);
    await writer?.write(bytes);
    const error = await errorOf(writer?.commit() ?? Promise.resolve());
    expect(error.code).toBe('HOST_NOT_NAMED');
    expect(error.message).toContain(`${registry.host} sends blob `);
    expect(place.connections).toBe(0);
  });

  it('may be called where it is named', async () => {
    const [registry, store] = [await faultRegistry(), await faultRegistry()];
    registry.order({ path: /blobs/, respond: ({ answer }) => answer(307, { location: `${store.url}/b` }) });
    store.order({ path: /^\/b$/, respond: ({ answer }) => answer(200, {}, bytes) });
    const client = clientThatMayCall(registry.host, store.host);
    const got = await readAll(client.repository(registry.host, 'team/app').open(descriptor));
    expect(got.equals(bytes)).toBe(true);
  });
});
