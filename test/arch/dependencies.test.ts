// What `npm ci` will do in a fresh clone, on any system, judged from the lock file alone.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const ROOT = resolve(import.meta.dirname, '../..');
const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

it('names a version of every package, those of other systems too: npm ci refuses a lock with a gap', () => {
  expect(packages.length).toBeGreaterThan(100);
  const gaps = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
    ),
  );
  expect(gaps).toEqual([]);
  expect(packages.filter(([, { version }]) => version === undefined)).toEqual([]);
});

it('ships nothing that would run a script when it is installed', () => {
  const scripted = packages.filter(
    ([, { hasInstallScript, dev }]) => hasInstallScript === true && dev !== true,
  );
  expect(scripted).toEqual([]);
});

// electron-winstaller, which electron-builder brings along for a kind of installer that is not built here, has one.
it('runs no script of a tool either, and so no script of ours may count on one before or after it', async () => {
  expect((await readFile(join(ROOT, '.npmrc'), 'utf8')).split('\n')).toContain('ignore-scripts=true');
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const hooks = ['install', 'prepare', 'prepublish'].flatMap((name) => [name, `pre${name}`, `post${name}`]);
  for (const name of Object.keys(scripts)) hooks.push(`pre${name}`, `post${name}`);
  expect(Object.keys(scripts).filter((name) => hooks.includes(name))).toEqual([]);
});

it('names no host to take a package from: whoever installs has a registry chosen', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

it('ships nothing whose licence asks for more than a notice', () => {
  const permissive =
    /^(?:\(?(?:MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|OFL-1\.1|BlueOak-1\.0\.0|CC0-1\.0|Python-2\.0|PSF-2\.0|Unlicense)(?: OR [\w.-]+)?\)?)$/;
  const others = packages.filter(([, { dev, license }]) => dev !== true && !permissive.test(license ?? ''));
  expect(others.map(([path, { license }]) => `${path}: ${license ?? 'none'}`)).toEqual([]);
});
