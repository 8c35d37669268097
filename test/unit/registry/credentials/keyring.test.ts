import { describe, expect, it } from 'vitest';
import type { CredentialSource } from '../../../../electron/engine/registry/credentials/credential.ts';
import { NO_CREDENTIALS } from '../../../../electron/engine/registry/credentials/credential.ts';
import { withKeyring } from '../../../../electron/engine/registry/credentials/keyring.ts';

const FILE = { username: 'bob', password: 'file', origin: 'auth.json' };
const files: CredentialSource = {
  forRegistry: () => Promise.resolve(FILE),
  webCredentials: () => Promise.resolve(FILE),
};

function keyring(logins: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  return {
    asked,
    login: (host: string) => {
      asked.push(host);
      const password = logins[host];
      return Promise.resolve(password === undefined ? undefined : { username: 'alice', password });
    },
  };
}

describe('the keyring of a station', () => {
  it('is asked before files and helpers, and named as the origin', async () => {
    const { login } = keyring({ 'r.example:5000': 'ring', 'https://files.example': 'web' });
    const source = withKeyring(files, login);
    expect(await source.forRegistry('r.example:5000', 'team/app')).toEqual({
      username: 'alice',
      password: 'ring',
      origin: 'the keyring',
    });
    expect(await source.webCredentials('https://files.example/a/b?c=d')).toMatchObject({ password: 'web' });
  });

  it('leaves to files and helpers what it does not have', async () => {
    const source = withKeyring(files, keyring({}).login);
    expect(await source.forRegistry('r.example')).toEqual(FILE);
    expect(await source.webCredentials('https://files.example/a')).toEqual(FILE);
  });

  it('is asked once for a host, and anew where its login was refused', async () => {
    const { asked, login } = keyring({ 'r.example': 'ring' });
    const source = withKeyring(NO_CREDENTIALS, login);
    await source.forRegistry('r.example', 'a');
    await source.forRegistry('r.example', 'b');
    expect(asked).toEqual(['r.example']);
    await source.forRegistry('r.example', 'a', { fresh: true });
    expect(asked).toEqual(['r.example', 'r.example']);
  });

  it('is asked again after it could not answer', async () => {
    let calls = 0;
    const source = withKeyring(NO_CREDENTIALS, () => {
      calls += 1;
      return calls === 1
        ? Promise.reject(new Error('locked'))
        : Promise.resolve({ username: 'a', password: 'b' });
    });
    await expect(source.forRegistry('r.example')).rejects.toThrow('locked');
    expect(await source.forRegistry('r.example')).toMatchObject({ username: 'a' });
  });

  it('gives nothing to a web server over plain http', async () => {
    const { asked, login } = keyring({ 'http://files.example': 'web', 'https://files.example': 'web' });
    expect(await withKeyring(NO_CREDENTIALS, login).webCredentials('http://files.example/a')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
