import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { trustFor } from '../../../../electron/engine/registry/trust.ts';

// Any real certificates do: nothing here is connected to.
const [ONE = '', TWO = '', THREE = ''] = tls.rootCertificates;
// Authorities that no system knows.
const OWN_A = `-----BEGIN CERTIFICATE-----
MIIBnTCCAUOgAwIBAgIUFmjZLqZ2fzlaHahhdyjcS6QEq9IwCgYIKoZIzj0EAwIw
IzEhMB8GA1UEAwwYQWlybG9jayB0ZXN0IGF1dGhvcml0eSBhMCAXDTI2MTEyMTA5
NTc1NloYDzIxMjYxMDI4MDk1NzU2WjAjMSEwHwYDVQQDDBhBaXJsb2NrIHRlc3Qg
YXV0aG9yaXR5IGEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQnDZCEFRPyUxi6
4NPUEoUPTkS2sOCL9L5PNN+7Tm39Vf7l4llJZF65CWnGVnG1bMbaXZG+c/m0tRSP
7dQhsdeSo1MwUTAdBgNVHQ4EFgQUgaGgkMiLJAoKG0cJPyqHJYrprDAwHwYDVR0j
BBgwFoAUgaGgkMiLJAoKG0cJPyqHJYrprDAwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNIADBFAiBs18Bw9rXFFckMkaK/otIPxG9dNnUiBtZ7gzkmY2XwlgIh
AMKkYbktTLDTLNqypmgnnP/ESnSIJzeEkJFW5GmZRcvi
-----END CERTIFICATE-----
`;
const OWN_B = `-----BEGIN CERTIFICATE-----
MIIBnTCCAUOgAwIBAgIUFcDoPruYUdmBLaVHNHO4OG47dOAwCgYIKoZIzj0EAwIw
IzEhMB8GA1UEAwwYQWlybG9jayB0ZXN0IGF1dGhvcml0eSBiMCAXDTI2MTEyMTA5
NTc1NloYDzIxMjYxMDI4MDk1NzU2WjAjMSEwHwYDVQQDDBhBaXJsb2NrIHRlc3Qg
YXV0aG9yaXR5IGIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATpw5MDLyKIqf09
IbJ9tSbNm7bvcxVFlYjtW5BKgpBdVfBGuDaewE2Xx4T1iaYeC0AYw/K75/wAso/E
cY9uZQIqo1MwUTAdBgNVHQ4EFgQUwfxCTA2pNZVuEZo/apPKqwXxzhAwHwYDVR0j
BBgwFoAUwfxCTA2pNZVuEZo/apPKqwXxzhAwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNIADBFAiEAzXL50qj0pDQkMsG3h5T0ZStZeqA1kUsHedfSMcPKCRAC
IH0vv9pIEDo/Yt+aFq396agXUvXUlkavMTHNYgEGQZVo
-----END CERTIFICATE-----
`;
const HOST = 'registry.example:5000';

let home: string;
let environment: Record<string, string>;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'airlock-trust-'));
  environment = { HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const path = join(home, 'config', 'containers', 'certs.d', folder);
  await mkdir(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
}

/** What a host has beyond what every host has. */
function extras(host: string, ca?: string): number {
  const everybody = trustFor('nobody.example', { environment }).ca.length;
  return trustFor(host, { environment, ca }).ca.length - everybody;
}

it('trusts what Node and the system trust, each authority once', () => {
  const { ca, cert, key } = trustFor(HOST, { environment });
  expect(ca).toEqual(
    expect.arrayContaining([ONE, TWO, THREE].map((pem) => expect.stringContaining(pem.trim()) as string)),
  );
  expect(new Set(ca).size).toBe(ca.length);
  expect(ca.length).toBeGreaterThanOrEqual(new Set(tls.getCACertificates('default')).size);
  expect([cert, key]).toEqual([undefined, undefined]);
});

it('adds the operator’s choice for this host alone', () => {
  expect(extras(HOST, OWN_A)).toBe(1);
  expect(extras('other.example')).toBe(0);
});

it('adds every certificate of a file that has several', () => {
  expect(extras(HOST, `# our authorities\n${OWN_A}\n${OWN_B}`)).toBe(2);
});

it('does not add what is there already', () => {
  expect(extras(HOST, ONE)).toBe(0);
});

it('reads authorities and a client certificate from certs.d', async () => {
  await put(HOST, {
    'ca.crt': OWN_A,
    'more.crt': OWN_B,
    'client.cert': 'CERT',
    'client.key': 'KEY',
    README: 'x',
  });
  expect(extras(HOST)).toBe(2);
  expect(trustFor(HOST, { environment })).toMatchObject({ cert: 'CERT', key: 'KEY' });
  expect(extras('registry.example')).toBe(0);
});

it('finds the folder of docker too', async () => {
  const folder = join(home, '.docker', 'certs.d', HOST);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'ca.crt'), OWN_A);
  expect(extras(HOST)).toBe(1);
});

it('needs no port in the name where it is 443', async () => {
  await put('registry.example', { 'ca.crt': OWN_A });
  await put('other.example:443', { 'ca.crt': OWN_A });
  expect(extras('registry.example:443')).toBe(1);
  expect(extras('registry.example')).toBe(1);
  expect(extras('other.example')).toBe(1);
  expect(extras(HOST)).toBe(0);
});

it('finds the name that Windows allows', async () => {
  await put('registry.example_5000_', { 'ca.crt': OWN_A });
  expect(extras(HOST)).toBe(1);
});

it('finds Docker Hub under both of its names', async () => {
  await put('registry-1.docker.io', { 'ca.crt': OWN_A });
  expect(extras('docker.io')).toBe(1);
});

it('never leaves certs.d', async () => {
  await put('..', { 'ca.crt': OWN_A });
  expect(extras('..')).toBe(0);
  expect(extras('../..')).toBe(0);
});

it('names the file that holds no certificate', async () => {
  await put(HOST, { 'ca.crt': 'nothing of the kind' });
  expect(() => trustFor(HOST, { environment })).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('ca.crt') as string }),
  );
});

it('names the choice that holds no certificate', () => {
  for (const ca of ['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
    expect(() => trustFor(HOST, { environment, ca })).toThrow(
      expect.objectContaining({ code: 'USAGE', message: `--ca ${HOST} holds no certificate in PEM form.` }),
    );
});

it('names a client certificate without its key', async () => {
  await put(HOST, { 'client.cert': 'CERT' });
  expect(() => trustFor(HOST, { environment })).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringContaining('client.cert has no key') as string,
    }),
  );
});
