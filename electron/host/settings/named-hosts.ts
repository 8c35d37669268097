// Which hosts a piece of work names: in a transfer list, in a lock, as a target. Nobody else is called on the disconnected side.
import { Lock } from '../../../shared/format/lock.ts';
import type { ContentsFound, Draft } from '../../../shared/station/contents.ts';
import type { JobRequest } from '../../../shared/station/job.ts';
import { openRegularFile } from '../../engine/index.ts';
import { canonicalHost } from './engine-choices.ts';

const MOST_LOCK_BYTES = 400 * 1024 * 1024;

type ReadContents = (given: {
  readonly text: string | null;
  readonly paths: readonly string[];
}) => Promise<ContentsFound>;

/** Never throws: a list that cannot be read names nobody, and the job itself says what is wrong with it. */
export async function hostsNamedBy(
  request: JobRequest,
  readContents: ReadContents,
): Promise<ReadonlySet<string>> {
  switch (request.desk) {
    case 'lock': {
      if (request.listPath === null) return hostsOfDraft(request.draft);
      const found = await readContents({ text: null, paths: [request.listPath] }).catch(() => undefined);
      return found === undefined
        ? new Set()
        : hostsOfDraft({ items: found.items, rest: found.list?.rest ?? {} });
    }
    case 'pack':
      return hostsOfLock(request.lockPath);
    case 'plan':
    case 'import':
      return new Set([targetHost(request.to)]);
    default:
      return new Set();
  }
}

/** The host of `registry[/prefix]`. */
export function targetHost(target: string): string {
  return canonicalHost(
    target
      .trim()
      .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
      .split('/', 1)[0] ?? '',
  );
}

/** Every host that an entry, or a source that stands for a prefix, is had from. */
export function hostsOfDraft({ items, rest }: Pick<Draft, 'items' | 'rest'>): ReadonlySet<string> {
  const hosts = new Set<string>();
  for (const { entry } of items) for (const [key, value] of Object.entries(entry)) addHost(hosts, key, value);
  const sources = rest['sources'];
  if (Array.isArray(sources))
    for (const source of sources)
      if (typeof source === 'object' && source !== null && !Array.isArray(source))
        addHost(hosts, 'from', source['from']);
  return hosts;
}

function addHost(hosts: Set<string>, key: string, value: unknown): void {
  if (typeof value !== 'string') return;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) addUrl(hosts, value);
  else if (key === 'ref') hosts.add(hostOfReference(value));
  // A mirror may be a host alone.
  else if (key === 'from') hosts.add(hostOfReference(value.includes('/') ? value : `${value}/`));
}

/** As Docker reads a reference: the first part is a host where it has a dot or a port, or is localhost. */
function hostOfReference(reference: string): string {
  const slash = reference.indexOf('/');
  const first = slash < 0 ? '' : reference.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  return isHost ? canonicalHost(first) : 'docker.io';
}

async function hostsOfLock(path: string): Promise<ReadonlySet<string>> {
  const hosts = new Set<string>();
  const lock = await readWhole(path).then(
    (text) => Lock.safeParse(parseJson(text)).data,
    () => undefined,
  );
  for (const { source } of lock?.items ?? []) {
    if (source.type === 'registry') hosts.add(canonicalHost(source.host));
    if (source.type === 'url' || source.type === 'chartRepository') addUrl(hosts, source.url);
    if (source.type === 'chartRepository') addUrl(hosts, source.repo);
  }
  for (const { from } of lock?.blobs ?? []) if (from?.startsWith('https:') === true) addUrl(hosts, from);
  return hosts;
}

/** As much as the engine takes of a lock. */
async function readWhole(path: string): Promise<string> {
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    return size > MOST_LOCK_BYTES ? '' : await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function addUrl(hosts: Set<string>, text: string): void {
  const web = text.replace(/^oci:\/\//i, 'https://');
  if (URL.canParse(web) && new URL(web).host !== '') hosts.add(canonicalHost(new URL(web).host));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
