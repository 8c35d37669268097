// Logins in a keyring that stands in for the system's: what is kept, where, and when nothing is.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLoginVault } from '../../../electron/main/login-vault.ts';
import type { Keyring } from '../../../electron/main/login-vault.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Turns bytes around: enough to see that nothing lies in the clear. */
const turned = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0xaa));

function keyring(change: Partial<Keyring> = {}): Keyring {
  return {
    isAsyncEncryptionAvailable: () => Promise.resolve(true),
    encryptStringAsync: (text) => Promise.resolve(turned(Buffer.from(text))),
    decryptStringAsync: (bytes) => Promise.resolve({ result: turned(bytes).toString() }),
    getSelectedStorageBackend: () => 'gnome_libsecret',
    ...change,
  };
}

const store = { what: 'storeLogin', host: 'quay.io', username: 'robot', password: 'hunter2' } as const;
const ask = (host: string) => ({ what: 'login', host }) as const;

describe('a login vault', () => {
  it('gives back what it was given, for its host alone, also after the next start', async () => {
    const folder = await tempFolder();
    const vault = createLoginVault(keyring(), folder, 'linux');
    expect(await vault.answer(store)).toEqual({
      what: 'storeLogin',
      storedIn: 'the keyring of this machine',
      plainText: false,
    });
    const next = createLoginVault(keyring(), folder, 'linux');
    expect(await next.answer(ask('quay.io'))).toEqual({
      what: 'login',
      login: { username: 'robot', password: 'hunter2' },
    });
    expect(await next.answer(ask('docker.io'))).toEqual({ what: 'login', login: null });
    expect(await next.answer(ask('__proto__'))).toEqual({ what: 'login', login: null });
  });

  it('writes one file, encrypted, for its owner alone', async () => {
    const folder = await tempFolder();
    await createLoginVault(keyring(), folder, 'linux').answer(store);
    expect(await readdir(folder)).toEqual(['logins.bin']);
    expect((await stat(join(folder, 'logins.bin'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'logins.bin'), 'latin1')).not.toMatch(/hunter2|robot|quay/);
  });

  it('forgets a login, and the file with the last one', async () => {
    const folder = await tempFolder();
    const vault = createLoginVault(keyring(), folder, 'linux');
    await vault.answer(store);
    await vault.answer({ ...store, host: 'ghcr.io' });
    await vault.answer({ what: 'forgetLogin', host: 'quay.io' });
    expect(await vault.answer(ask('quay.io'))).toEqual({ what: 'login', login: null });
    expect(await vault.answer(ask('ghcr.io'))).not.toEqual({ what: 'login', login: null });
    await vault.answer({ what: 'forgetLogin', host: 'ghcr.io' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('loses none of the logins that are stored at once', async () => {
    const vault = createLoginVault(keyring(), await tempFolder(), 'linux');
    const hosts = Array.from({ length: 20 }, (_, index) => `r${index}.example`);
    await Promise.all(hosts.map((host) => vault.answer({ ...store, host })));
    for (const host of hosts)
      expect(await vault.answer(ask(host))).toMatchObject({ login: { username: 'robot' } });
  });

  it.each([
    ['a key that everybody knows', keyring({ getSelectedStorageBackend: () => 'basic_text' })],
    ['a keyring nobody has asked yet', keyring({ getSelectedStorageBackend: () => 'unknown' })],
    ['a locked keyring', keyring({ isAsyncEncryptionAvailable: () => Promise.resolve(false) })],
    ['a broken keyring', keyring({ isAsyncEncryptionAvailable: () => Promise.reject(new Error('dbus')) })],
  ])('keeps nothing with %s, and says so', async (_name, ring) => {
    const folder = await tempFolder();
    const vault = createLoginVault(ring, folder, 'linux');
    expect(await vault.isUsable()).toBe(false);
    await expect(vault.answer(store)).rejects.toMatchObject({ code: 'CREDENTIAL_HELPER_FAILED' });
    expect(await vault.answer(ask('quay.io'))).toEqual({ what: 'login', login: null });
    expect(await vault.answer({ what: 'forgetLogin', host: 'quay.io' })).toEqual({ what: 'forgetLogin' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('asks for no backend where there is none to choose', async () => {
    const ring = keyring({ getSelectedStorageBackend: () => 'unknown' });
    expect(await createLoginVault(ring, await tempFolder(), 'darwin').isUsable()).toBe(true);
    expect(await createLoginVault(ring, await tempFolder(), 'win32').isUsable()).toBe(true);
  });

  it('sets a file aside that it cannot read, and begins anew', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'logins.bin'), 'of another keyring');
    const vault = createLoginVault(keyring(), folder, 'linux');
    expect(await vault.answer(ask('quay.io'))).toEqual({ what: 'login', login: null });
    await vault.answer(store);
    expect((await readdir(folder)).sort()).toEqual(['logins.bin', 'logins.bin.unreadable']);
    expect(await vault.answer(ask('quay.io'))).toMatchObject({ login: { username: 'robot' } });
  });
});
