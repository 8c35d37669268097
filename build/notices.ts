// What the libraries in the bundles ask for: their names, versions and licences, in one text that ships with them.
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

const ROOT = resolve(import.meta.dirname, '..');
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;
/** Carries Node itself, which has a licence file of its own beside it. */
const NODE_PACKAGE = /^node-(?:linux|win|darwin)-/;

/** Every library that is installed for more than development; a text that several share stands once. */
export async function thirdPartyNotices(): Promise<string> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const owners = new Map<string, string[]>();
  for (const [path, { version = '', license = 'none named', dev }] of Object.entries(lock.packages)) {
    const name = path.split('node_modules/').at(-1) ?? '';
    if (name === '' || dev === true || NODE_PACKAGE.test(name)) continue;
    const text = (await licenceTexts(join(ROOT, path))) ?? `Licensed under ${license}.`;
    owners.set(text, [...(owners.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const sections = [...owners].map(([text, names]) => `${names.sort().join('\n')}\n\n${text.trim()}\n`);
  return `Airlock is built with these libraries.\n\n${sections.sort().join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Undefined where the package has none, or is not installed on this system. */
async function licenceTexts(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => LICENCE_FILE.test(name)).sort();
  if (names.length === 0) return undefined;
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join('\n\n');
}
