// Certificates that are wrong in one way each, signed by an authority of the test's own.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireProgram } from './programs.ts';

export interface MadeAuthority {
  /** PEM. */
  readonly ca: string;
  /** A certificate for such names, as `DNS:localhost` or `IP:127.0.0.1`; days as `20250101`. */
  sign(options: {
    readonly names: readonly string[];
    readonly from?: string;
    readonly to?: string;
  }): Promise<{ readonly cert: string; readonly key: string }>;
}

/** An authority whose files lie in `folder`. */
export async function makeAuthority(folder: string, name: string): Promise<MadeAuthority> {
  const openssl = requireProgram('openssl').path;
  const file = (path: string) => join(folder, path);
  const call = (...args: readonly string[]) => execFileSync(openssl, args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'] as const;
  await mkdir(file('new'), { recursive: true });
  await writeFile(file('index.txt'), '');
  await writeFile(file('index.txt.attr'), 'unique_subject = no\n');
  await writeFile(file('serial'), '1000\n');
  await writeFile(
    file('ca.cnf'),
    [
      '[ca]',
      'default_ca = own',
      '[own]',
      `database = ${file('index.txt')}`,
      `new_certs_dir = ${file('new')}`,
      `serial = ${file('serial')}`,
      'default_md = sha256',
      'policy = any',
      '[any]',
      'commonName = supplied',
      '',
    ].join('\n'),
  );
  call(
    'req',
    ...newKey,
    '-x509',
    '-days',
    '30',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
  );
  let signed = 0;
  return {
    ca: await readFile(file('ca.pem'), 'utf8'),
    async sign({ names, from = '20250101', to = '20400101' }) {
      signed += 1;
      const own = (ending: string) => file(`${signed}.${ending}`);
      call('req', ...newKey, '-subj', '/CN=registry under test', '-keyout', own('key'), '-out', own('csr'));
      await writeFile(own('ext'), `subjectAltName=${names.join(',')}\n`);
      const dates = ['-startdate', `${from}000000Z`, '-enddate', `${to}000000Z`] as const;
      const signer = ['-cert', file('ca.pem'), '-keyfile', file('ca.key'), ...dates] as const;
      const subject = ['-in', own('csr'), '-out', own('pem'), '-extfile', own('ext'), '-notext'] as const;
      call('ca', '-batch', '-config', file('ca.cnf'), ...signer, ...subject);
      return { cert: await readFile(own('pem'), 'utf8'), key: await readFile(own('key'), 'utf8') };
    },
  };
}
