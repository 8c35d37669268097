// A login that is missing, wrong or ended in the middle: the operator is asked once for each host, and the job goes on.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, quietContext, systemClock } from '../../electron/engine/index.ts';
import type { Engine, ImportChoice, JobContext } from '../../electron/engine/index.ts';
import { createRegistryClient } from '../../electron/engine/registry/index.ts';
import type { Answer, Question } from '../../shared/job/progress.ts';
import { startRegistry } from '../support/built-in-registry.ts';
import { makeImage } from '../support/make-content.ts';
import { pushContent } from '../support/plain-client.ts';
import { makeCertificate, startDockerRegistry } from '../support/programs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startTokenRegistry } from '../support/token-registry.ts';
import type { TokenRegistryOptions } from '../support/token-registry.ts';
import { makeLock, writeBundle } from '../unit/bundle/locks.ts';

const IMAGES = ['one', 'two', 'three', 'four'].map((seed) => ({
  reference: `quay.io/org/${seed}:1`,
  content: makeImage({ seed, layerSize: 200_000 }),
}));

interface Machine {
  readonly folder: string;
  readonly engine: Engine;
}

/** A machine with what docker's login left, by host. */
async function machine(logins: Readonly<Record<string, string>> = {}): Promise<Machine> {
  const folder = await tempFolder();
  const auths = Object.fromEntries(
    Object.entries(logins).map(([host, pair]) => [host, { auth: Buffer.from(pair).toString('base64') }]),
  );
  await mkdir(join(folder, '.docker'));
  await writeFile(join(folder, '.docker', 'config.json'), JSON.stringify({ auths }));
  const engine = createEngine({
    environment: { HOME: folder, XDG_RUNTIME_DIR: join(folder, 'run') },
    stateFolder: join(folder, 'state'),
    version: '0.1.0',
    hosts: {},
  });
  return { folder, engine };
}

/** An operator who answers each question with the next of these, then with nothing. */
function operator(...answers: readonly string[]) {
  const asked: Question[] = [];
  const waiting = [...answers];
  const ask = async (question: Question): Promise<Answer> => {
    asked.push(question);
    // Long enough for all others to need the login too.
    await systemClock.sleep(50);
    const [username = '', password = ''] = waiting.shift()?.split(':') ?? [];
    return username === '' ? { kind: 'none' } : { kind: 'login', username, password };
  };
  return { asked, ask };
}

async function tokenRegistry(options: Omit<TokenRegistryOptions, 'behind'>) {
  const behind = await startRegistry();
  onTestFinished(() => behind.close());
  const front = await startTokenRegistry({ behind: behind.url, ...options });
  onTestFinished(() => front.close());
  return { ...front, behind };
}

async function importOf(on: Machine, host: string, context: Partial<JobContext>) {
  const bundle = await writeBundle({
    place: join(on.folder, 'test.airlock'),
    made: makeLock('test', IMAGES),
  });
  const choice: ImportChoice = {
    bundle,
    to: `${host}/team`,
    map: undefined,
    tags: 'fail',
    verifyFirst: false,
    dryRun: false,
    noTag: false,
  };
  return on.engine.import(choice, quietContext(context));
}

const outcomes = ({ receipt }: Awaited<ReturnType<typeof importOf>>) =>
  receipt.items.map(({ outcome, error }) => error?.code ?? outcome);

describe('an import without a login', () => {
  it('asks once and uses the answer for the whole job', async () => {
    const { host } = await tokenRegistry({ accounts: { alice: 'right' } });
    const { asked, ask } = operator('alice:right');
    const outcome = await importOf(await machine(), host, { ask });
    expect(asked).toEqual([
      {
        kind: 'login',
        host,
        why: expect.stringContaining(`${host} gives nothing without a login`) as string,
      },
    ]);
    expect(outcome.receipt).toMatchObject({ outcome: 'done', exit: 0 });
  });

  it('asks where pushing wants one, and pulling does not', async () => {
    const { host } = await tokenRegistry({ accounts: { alice: 'right' }, publicPull: true });
    const { asked, ask } = operator('alice:right');
    const outcome = await importOf(await machine(), host, { ask });
    expect(asked).toHaveLength(1);
    expect(outcomes(outcome)).toEqual(['carried', 'carried', 'carried', 'carried']);
  });

  it('fails as without an operator where none answers', async () => {
    const { host } = await tokenRegistry({ accounts: { alice: 'right' } });
    const { asked, ask } = operator();
    await expect(importOf(await machine(), host, { ask })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      side: 'target',
    });
    expect(asked).toHaveLength(1);
  });

  it('asks a registry of Basic logins in the same way', async () => {
    const registry = await startDockerRegistry({ htpasswd: { alice: 'right' } });
    onTestFinished(() => registry.close());
    const { asked, ask } = operator('alice:right');
    const outcome = await importOf(await machine(), registry.host, { ask });
    expect(asked.map((question) => question.kind === 'login' && question.why)).toEqual([
      `${registry.host} asks for a login.`,
    ]);
    expect(outcome.receipt.exit).toBe(0);
  });
});

describe('an import with a login that is refused', () => {
  it('says whose it was, and goes on with the one given', async () => {
    const { host } = await tokenRegistry({ accounts: { alice: 'right' } });
    const { asked, ask } = operator('alice:right');
    const outcome = await importOf(await machine({ [host]: 'alice:wrong' }), host, { ask });
    expect(asked.map((question) => question.kind === 'login' && question.why)).toEqual([
      expect.stringContaining('refused the login of "alice" from'),
    ]);
    expect(JSON.stringify(asked)).not.toMatch(/wrong|right/);
    expect(outcome.receipt.exit).toBe(0);
    expect(JSON.stringify(outcome.receipt)).not.toMatch(/wrong|right/);
  });

  it('asks again for an answer that was refused as well, and sends each of them once', async () => {
    const { host, tokenRequests } = await tokenRegistry({ accounts: { alice: 'right' } });
    const { asked, ask } = operator('mallory:guessed', 'alice:mistyped', 'alice:right');
    const outcome = await importOf(await machine(), host, { ask });
    expect(asked).toEqual([
      { kind: 'login', host, why: expect.stringContaining('gives nothing without a login') as string },
      {
        kind: 'login',
        host,
        why: expect.stringMatching(/refused the login of "mallory" that was given \(401/) as string,
        refused: 'mallory',
      },
      {
        kind: 'login',
        host,
        why: expect.stringMatching(/refused the login of "alice" that was given \(401/) as string,
        refused: 'alice',
      },
    ]);
    expect(outcome.receipt).toMatchObject({ outcome: 'done', exit: 0 });
    expect(tokenRequests.filter((line) => line.startsWith('GET mallory'))).toHaveLength(1);
  });

  it('asks a registry of Basic logins again too, however often, one wrong try for each answer', async () => {
    const tried: string[] = [];
    const registry = await basicRegistry({ alice: 'right' }, (login) => void tried.push(login));
    const wrong = ['a:1', 'b:2', 'c:3', 'd:4', 'e:5', 'e:5'];
    const { asked, ask } = operator(...wrong, 'alice:right');
    const outcome = await importOf(await machine(), registry.host, { ask });
    expect(outcomes(outcome)).toEqual(['carried', 'carried', 'carried', 'carried']);
    expect(asked.at(-1)).toEqual({
      kind: 'login',
      host: registry.host,
      why: `${registry.host} refused the login of "e" that was given (401).`,
      refused: 'e',
    });
    expect(tried.filter((login) => login !== '' && login !== 'alice:right')).toEqual(wrong);
  });

  it('fails where the operator gives none in place of what was refused, and asks no more', async () => {
    const { host, tokenRequests } = await tokenRegistry({ accounts: { alice: 'right' } });
    const { asked, ask } = operator('mallory:guessed');
    await expect(importOf(await machine(), host, { ask })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('refused the login of "mallory"') as string,
    });
    expect(asked).toHaveLength(2);
    expect(tokenRequests.filter((line) => line.startsWith('GET mallory'))).toHaveLength(1);
  });

  it.each(['Basic', 'tokens'])(
    'that ends in the middle, with %s, is held until there is an answer',
    async (kind) => {
      const accounts: Record<string, string> = { alice: 'old' };
      let ended = false;
      // A token that is refused while it is young is taken for one that does not allow it.
      const clock = { ...systemClock, now: () => Date.now() + (ended ? 60_000 : 0) };
      const registry =
        kind === 'tokens'
          ? await tokenRegistry({
              accounts,
              expireBefore: (method, path) => {
                if (ended || method !== 'PUT' || !path.includes('/blobs/')) return false;
                accounts['alice'] = 'new';
                ended = true;
                return true;
              },
            })
          : await basicRegistry(accounts);
      const { asked, ask } = operator('alice:new');
      const outcome = await importOf(await machine({ [registry.host]: 'alice:old' }), registry.host, {
        ask,
        clock,
      });
      expect(asked).toHaveLength(1);
      expect(outcomes(outcome)).toEqual(['carried', 'carried', 'carried', 'carried']);
    },
  );
});

/** Takes Basic logins, and another password from the third blob on. */
async function basicRegistry(
  accounts: Record<string, string>,
  onTry: (login: string) => void = () => undefined,
) {
  let uploads = 0;
  const registry = await startRegistry({
    faults: ({ method, url, headers }) => {
      const isThird = method === 'PUT' && url.includes('/blobs/') && (uploads += 1) === 3;
      if (isThird && accounts['alice'] === 'old') accounts['alice'] = 'new';
      const login = Buffer.from((headers.authorization ?? '').slice(6), 'base64').toString();
      onTry(login);
      if (login === `alice:${accounts['alice']}`) return undefined;
      return { kind: 'answer', status: 401, headers: { 'www-authenticate': 'Basic realm="tests"' } };
    },
  });
  onTestFinished(() => registry.close());
  return registry;
}

it('a job that is cancelled at the question ends at once', async () => {
  const { host } = await tokenRegistry({ accounts: { alice: 'right' } });
  const job = new AbortController();
  const outcome = await importOf(await machine(), host, {
    signal: job.signal,
    ask: () => {
      job.abort(new Error('cancelled'));
      return new Promise(() => undefined);
    },
  });
  expect(outcome.receipt).toMatchObject({ outcome: 'cancelled', exit: 130 });
});

describe('a login that is right and may not do this', () => {
  it('is told apart from one that is refused, asked about once, and another one is taken', async () => {
    const { host } = await tokenRegistry({
      accounts: { bob: 'reads', alice: 'right' },
      denies: (user) => user === 'bob',
    });
    const { asked, ask } = operator('bob:reads', 'alice:right');
    const outcome = await importOf(await machine(), host, { ask });
    expect(asked.map((question) => question.kind === 'login' && [question.why, question.refused])).toEqual([
      [expect.stringContaining('gives nothing without a login'), undefined],
      [expect.stringMatching(/does not allow the login of "bob" that was given to .*\(403/) as string, 'bob'],
    ]);
    expect(outcomes(outcome)).toEqual(['carried', 'carried', 'carried', 'carried']);
  });

  it('is held on to where the operator has no other: what it may not do fails, the rest is done', async () => {
    const { host } = await tokenRegistry({
      accounts: { bob: 'some' },
      denies: (_user, scope) => scope.includes('/two:') || scope.includes('/four:'),
    });
    const { asked, ask } = operator('bob:some');
    const outcome = await importOf(await machine(), host, { ask });
    expect(outcomes(outcome)).toEqual(['carried', 'DENIED', 'carried', 'DENIED']);
    expect(asked).toHaveLength(2);
  });
});

describe('a lock', () => {
  async function listOf(on: Machine, images: readonly string[]): Promise<string> {
    const list = join(on.folder, 'list.yaml');
    await writeFile(
      list,
      `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: test }\nimages: ${JSON.stringify(images)}\n`,
    );
    return list;
  }

  it('asks until the login is right, and what other hosts have is found meanwhile', async () => {
    const closed = await tokenRegistry({ accounts: { alice: 'right' } });
    const open = await startRegistry();
    onTestFinished(() => open.close());
    // More than are under way at one source: what comes behind them waits for none of them.
    const names = Array.from({ length: 20 }, (_, number) => `team/app-${number}`);
    for (const name of names) await pushContent(closed.behind.url, name, makeImage({ seed: name }), '1');
    await pushContent(open.url, 'free/app', makeImage({ seed: 'free' }), '1');
    const on = await machine();
    const list = await listOf(on, [
      ...names.map((name) => `${closed.host}/${name}:1`),
      `${new URL(open.url).host}/free/app:1`,
    ]);
    const found = Promise.withResolvers<undefined>();
    const waiting = ['alice:mistyped', 'alice:right'];
    const { receipt, summary } = await on.engine.lock(
      { list, out: undefined, noFetch: false },
      quietContext({
        report: (event) => {
          if (event.kind === 'item' && event.state === 'done' && event.item.endsWith('free/app:1'))
            found.resolve(undefined);
        },
        ask: async () => {
          await found.promise;
          const [username = '', password = ''] = waiting.shift()?.split(':') ?? [];
          return { kind: 'login', username, password };
        },
      }),
    );
    expect(waiting).toEqual([]);
    expect(receipt.exit).toBe(0);
    expect(summary.images).toBe(21);
  });
});

describe('a pack', () => {
  it('asks for the logins of its sources, each host once', async () => {
    const sources = await Promise.all([
      tokenRegistry({ accounts: { alice: 'right' } }),
      tokenRegistry({ accounts: { bob: 'well' } }),
    ]);
    for (const { behind, host } of sources)
      for (const name of ['one', 'two'])
        await pushContent(behind.url, name, makeImage({ seed: `${host}/${name}` }), '1');
    const logins = Object.fromEntries(
      sources.map(({ host }, number) => [host, ['alice:right', 'bob:well'][number] ?? '']),
    );
    const images = sources.flatMap(({ host }) => [`${host}/one:1`, `${host}/two:1`]);
    const withLogins = await machine(logins);
    const list = join(withLogins.folder, 'list.yaml');
    await writeFile(
      list,
      `apiVersion: airlock/v1\nkind: TransferList\nmetadata: { name: test }\nimages: ${JSON.stringify(images)}\n`,
    );
    const { path } = await withLogins.engine.lock({ list, out: undefined, noFetch: false }, quietContext());

    const asked: string[] = [];
    const { folder, engine } = await machine();
    const outcome = await engine.pack(
      {
        source: path,
        output: join(folder, 'test.airlock'),
        pin: false,
        releaseStore: false,
        sealIncomplete: false,
      },
      quietContext({
        ask: async (question) => {
          await systemClock.sleep(20);
          if (question.kind !== 'login') return { kind: 'none' };
          asked.push(question.host);
          const [username = '', password = ''] = logins[question.host]?.split(':') ?? [];
          return { kind: 'login', username, password };
        },
      }),
    );
    expect(outcome).toMatchObject({ sealed: 'now', receipt: { exit: 0 } });
    expect(asked.toSorted()).toEqual(sources.map(({ host }) => host).toSorted());
  });
});

describe('a file behind a login', () => {
  async function webServer() {
    const certificate = await makeCertificate(await tempFolder());
    const server = createServer(
      { key: await readFile(certificate.key), cert: await readFile(certificate.cert) },
      (request, response) => {
        const login = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64').toString();
        if (login === 'alice:right') response.end('bytes');
        else response.writeHead(401, { 'www-authenticate': 'Basic realm="files"' }).end('no');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { host, ca: certificate.ca };
  }

  it('is asked for by its origin until the login is right, and had', async () => {
    const { host, ca } = await webServer();
    const { folder } = await machine();
    const asked: string[] = [];
    const { limits, clock } = quietContext();
    const client = createRegistryClient({
      hosts: { [host]: { ca } },
      limits,
      clock,
      environment: { HOME: folder },
      authFile: join(folder, 'auth.json'),
      askLogin: (origin, why) => {
        asked.push(`${origin}: ${why}`);
        return Promise.resolve({ username: 'alice', password: asked.length === 1 ? 'mistyped' : 'right' });
      },
    });
    onTestFinished(() => client.close());
    const sizes = await Promise.all(
      ['one', 'two'].map(async (name) => (await client.head(`https://${host}/${name}?key=secret`))?.size),
    );
    expect(sizes).toEqual([undefined, undefined]);
    const { body } = await client.download(`https://${host}/one`);
    const parts: Buffer[] = [];
    for await (const chunk of body) parts.push(Buffer.from(chunk));
    expect(Buffer.concat(parts).toString()).toBe('bytes');
    expect(asked).toEqual([
      expect.stringMatching(/^https:.* asks for a login to get at https:/),
      expect.stringContaining(`${host} refused the login of "alice" that was given (401) to get at https://`),
    ]);
  });
});
