// Puts the rooms together for each desk: opens what it needs, runs it as a job, closes what was opened.
import { join, resolve } from 'node:path';
import { AirlockError, isAirlockError } from '../../shared/errors/airlock-error.ts';
import type { Receipt } from '../../shared/format/receipt.ts';
import type { Bundle, OpenedBundle } from './bundle/index.ts';
import type { EngineOptions } from './engine-options.ts';
import type { ExportRequest } from './export/index.ts';
import type { ImportResult } from './import/index.ts';
import type { BundleSummary, Engine, ExportChoice, ImportChoice, ServeChoice } from './index.ts';
import { forReceipt, lockAccount, verifyAccount } from './job-accounts.ts';
import { askingInTurn } from './jobs/asking-in-turn.ts';
import type { JobContext } from './jobs/job-context.ts';
import { listReceipts, readReceipt } from './jobs/receipts.ts';
import { runJob } from './jobs/run-job.ts';
import type { JobAccount } from './jobs/run-job.ts';
import type { CredentialSource } from './registry/credentials/credential.ts';
import type { AskLogin, RegistryClient, RegistryClientOptions } from './registry/index.ts';
import type { MapMode } from './relocate/index.ts';

/** An engine for one host. It holds nothing open between two calls. */
export function createEngine(options: EngineOptions): Engine {
  const verifyLogin = (host: string, context: JobContext) => (credentials: CredentialSource) =>
    withClient(options, context, (client) => askForLogin(client, host, context), {
      credentials,
    });
  return {
    lock: async (request, given) => {
      const context = askingInTurn(given);
      const { runLock } = await import('./lock/run-lock.ts');
      const { value, ...kept } = await runJob(
        'lock',
        options,
        context,
        () =>
          withClient(options, context, (client) => runLock(request, options, client, context), {
            askLogin: askLoginIn(context),
          }),
        lockAccount,
      );
      const { lock, path, summary, moved, sources } = value;
      return { name: lock.metadata.name, path, summary, moved, sources, ...kept };
    },

    pack: async (request, given) => {
      const context = askingInTurn(given);
      const { runPack } = await import('./pack/run-pack.ts');
      let bundle: BundleSummary | undefined;
      const { value, ...kept } = await runJob(
        'pack',
        options,
        context,
        async () => {
          const result = await withClient(
            options,
            context,
            (client) => runPack(request, options, client, context),
            { askLogin: askLoginIn(context) },
          );
          if (result.sealed !== 'no') bundle = await withBundle(result.place, context, summarise);
          return result;
        },
        (result) => ({ ...result, ...(bundle === undefined ? {} : { bundle: forReceipt(bundle) }) }),
      );
      return { place: value.place, sealed: value.sealed, bundle, ...kept };
    },

    verify: async (choice, context) => {
      const { runVerify } = await import('./verify/run-verify.ts');
      const { value, ...kept } = await runBundleJob('verify', choice.bundle, options, context, {
        body: (bundle) => runVerify({ ...choice, bundle }, context),
        account: (result, bundle) => verifyAccount(result, bundle.manifest.lock.items),
        place: resolve(choice.bundle),
      });
      return { result: value, ...kept };
    },

    import: async (choice, context) => {
      const importInto = await prepareImport(choice, options, context);
      const { value, ...kept } = await runBundleJob('import', choice.bundle, options, context, {
        body: importInto,
        account: (result) => result,
      });
      return { rows: value.rows, ...kept };
    },

    plan: async (choice, context) => {
      const preview = { ...choice, tags: 'fail', verifyFirst: false, dryRun: true } as const;
      const importInto = await prepareImport(preview, options, context);
      return withBundle(choice.bundle, context, async (bundle) => {
        const { rows } = await importInto(bundle);
        // Cancelled is an outcome of an import; of a question without an answer it is none.
        context.signal.throwIfAborted();
        return { bundle: summarise(bundle), rows };
      });
    },

    check: async (path, context) => {
      const { inspectBundle } = await import('./inspect/inspect-bundle.ts');
      context.report({ kind: 'stage', stage: 'check' });
      return withBundle(path, context, async (bundle) => {
        await bundle.checkBeforeFirstByte({ signal: context.signal });
        return { bundle: summarise(bundle), inspection: inspectBundle(bundle) };
      });
    },

    export: async (choice, context) => {
      const { runExport } = await import('./export/index.ts');
      const { value, ...kept } = await runBundleJob('export', choice.bundle, options, context, {
        body: async (bundle) => runExport(await exportRequest(bundle, choice), context),
        account: (result) => result,
      });
      return { place: value.place, ...kept };
    },

    serve: async (choice, context) => {
      const { startServe } = await import('./serve/index.ts');
      const address = parseAddress(choice.addr);
      const tls = await readTls(choice);
      if (choice.bundles.length === 0 && choice.writable === undefined)
        throw new AirlockError('NOTHING_SELECTED', 'There is nothing to serve.', {
          remedy: 'Name a bundle, or a folder that takes pushes with --writable.',
        });
      const bundles: Bundle[] = [];
      const closeBundles = () => Promise.all(bundles.map((bundle) => bundle.close()));
      try {
        for (const path of choice.bundles) bundles.push(await openFor(path, context));
        const serving = await startServe({
          ...address,
          ...tls,
          bundles,
          ...(choice.writable === undefined ? {} : { writable: choice.writable }),
          ...(choice.onRequest === undefined ? {} : { onRequest: choice.onRequest }),
          stallMs: context.limits.stallMs,
          signal: context.signal,
          onNotice: (text) => context.report({ kind: 'notice', text }),
        });
        return {
          serving,
          bundles: bundles.map(summarise),
          close: async () => {
            await serving.close();
            await closeBundles();
          },
        };
      } catch (error) {
        await closeBundles();
        throw error;
      }
    },

    inspect: async (path, context) => {
      const { inspectBundle } = await import('./inspect/inspect-bundle.ts');
      return withBundle(path, context, (bundle) => ({
        bundle: summarise(bundle),
        inspection: inspectBundle(bundle),
      }));
    },

    diff: async (older, newer, context) => {
      const { diffBundles } = await import('./inspect/diff-bundles.ts');
      return withBundle(older, context, (before) =>
        withBundle(newer, context, async (after) => ({
          older: summarise(before),
          newer: summarise(after),
          diff: await diffBundles(before, after, { signal: context.signal }),
        })),
      );
    },

    readContents: async (given) => {
      const { readContents } = await import('./content/gather/read-contents.ts');
      const { lookAtLocal } = await import('./content/gather/look-at-local.ts');
      return lookAtLocal(await readContents(given));
    },

    writeList: async (list) => {
      const { writeList } = await import('./content/gather/write-list.ts');
      return writeList(list);
    },

    lockView: async (path, told) => {
      const { viewLock } = await import('./inspect/lock-view.ts');
      return viewLock(path, told);
    },

    probe: async (choice, context) => {
      const { probeRegistry } = await import('./probe/index.ts');
      return probeRegistry(choice, { ...options, authFile: authFile(options) }, context);
    },

    tryLogin: async (choice, context) => {
      const { tryLogin } = await import('./registry/credentials/login.ts');
      await tryLogin({ ...choice, verify: verifyLogin(choice.host, context) });
    },

    login: async (choice, context) => {
      const { login } = await import('./registry/credentials/login.ts');
      return login({
        ...choice,
        environment: options.environment,
        authFile: authFile(options),
        verify: verifyLogin(choice.host, context),
      });
    },

    logout: async (host) => {
      const { logout } = await import('./registry/credentials/login.ts');
      return logout({ host, environment: options.environment, authFile: authFile(options) });
    },

    history: () => listReceipts(options.stateFolder),
    receipt: (job) => readReceipt(options.stateFolder, job),
  };
}

/** Names and rules are judged here, before anything starts. */
async function prepareImport(
  choice: ImportChoice,
  options: EngineOptions,
  given: JobContext,
): Promise<(bundle: OpenedBundle) => Promise<ImportResult>> {
  const context = askingInTurn(given);
  const { runImport } = await import('./import/index.ts');
  const { parseTarget } = await import('./relocate/index.ts');
  const target = parseTarget(choice.to);
  const map = await readMap(choice.map);
  return (bundle) =>
    withClient(options, context, (client) => runImport({ ...choice, bundle, target, map }, client, context), {
      askLogin: askLoginIn(context),
    });
}

/** One registry client for one job; what it was waiting for or warned of is told through the job. */
async function withClient<T>(
  options: EngineOptions,
  context: JobContext,
  use: (client: RegistryClient) => Promise<T>,
  more: Pick<RegistryClientOptions, 'credentials' | 'askLogin'> = {},
): Promise<T> {
  const { createRegistryClient } = await import('./registry/index.ts');
  const client = createRegistryClient({
    hosts: options.hosts,
    limits: context.limits,
    throttle: context.throttle,
    clock: context.clock,
    environment: options.environment,
    authFile: authFile(options),
    mayCall: options.mayCall,
    login: options.login,
    ...more,
    onWait: (host, seconds, why) => context.report({ kind: 'waiting', host, seconds, why }),
    onNotice: (text) => context.report({ kind: 'notice', text }),
    onConnections: (host, open) => context.report({ kind: 'connections', host, open }),
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** The operator is asked within the job, and the answer is good for this job alone. */
function askLoginIn(context: JobContext): AskLogin {
  return async (host, why, refused) => {
    const user = refused === undefined ? {} : { refused };
    const answer = await context.ask({ kind: 'login', host, why, ...user });
    return answer.kind === 'login' ? { username: answer.username, password: answer.password } : undefined;
  };
}

function authFile(options: EngineOptions): string {
  return join(options.stateFolder, 'auth.json');
}

/** A web server has no place that tells whether a login is right; its root is asked, and whether there is something at it does not matter. */
async function askForLogin(client: RegistryClient, host: string, { signal }: JobContext): Promise<void> {
  if (!host.startsWith('https://')) {
    await client.ping(host, { signal });
    return;
  }
  try {
    await client.head(new URL('/', host).href, { signal });
  } catch (error) {
    if (!isAirlockError(error, 'REFERENCE_NOT_FOUND')) throw error;
  }
}

/** A job over one bundle. It is opened within the job: what is too damaged to be opened leaves a receipt as well. */
async function runBundleJob<T>(
  desk: Receipt['desk'],
  path: string,
  options: EngineOptions,
  context: JobContext,
  job: {
    readonly body: (bundle: OpenedBundle) => Promise<T>;
    readonly account: (value: T, bundle: OpenedBundle) => JobAccount;
    /** Where the job is about, however it ends. */
    readonly place?: string;
  },
) {
  const { value: done, ...kept } = await runJob(
    desk,
    options,
    context,
    () => withBundle(path, context, async (bundle) => ({ bundle, value: await job.body(bundle) })),
    ({ bundle, value }) => ({ ...job.account(value, bundle), bundle: forReceipt(summarise(bundle)) }),
    job.place,
  );
  return { bundle: summarise(done.bundle), value: done.value, ...kept };
}

async function withBundle<T>(
  path: string,
  context: JobContext,
  use: (bundle: OpenedBundle) => Promise<T> | T,
): Promise<T> {
  const bundle = await openFor(path, context);
  try {
    return await use(bundle);
  } finally {
    await bundle.close();
  }
}

async function openFor(path: string, { signal }: JobContext): Promise<OpenedBundle> {
  const { openBundle } = await import('./bundle/index.ts');
  return openBundle(path, { signal });
}

/** `keep-host`, or the rules in a file. */
async function readMap(map: string | undefined): Promise<MapMode> {
  if (map === undefined) return 'default';
  if (map === 'keep-host') return map;
  const { parseMapRules } = await import('./relocate/index.ts');
  return parseMapRules(await readText(map), map);
}

async function exportRequest(
  bundle: Bundle,
  choice: ExportChoice & { readonly bundle: string },
): Promise<ExportRequest> {
  if (choice.what !== 'images') return { ...choice, bundle };
  const { platform, ...rest } = choice;
  if (platform === undefined) return { ...rest, bundle };
  const { parsePlatform } = await import('./oci/platform.ts');
  return { ...rest, bundle, platform: parsePlatform(platform) };
}

/** `127.0.0.1:5000`, `[::1]:5000`, `:5000` for loopback. Throws USAGE. */
function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]*)):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    throw new AirlockError('USAGE', `"${text}" is no address to listen on.`, {
      remedy: 'Write address:port, as 127.0.0.1:5000.',
    });
  return { host: match[1] ?? (match[2] === '' ? '127.0.0.1' : (match[2] ?? '')), port };
}

async function readTls({ tlsCert, tlsKey }: ServeChoice) {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined)
    throw new AirlockError('USAGE', '--tls-cert and --tls-key belong together.');
  return { tls: { cert: await readText(tlsCert), key: await readText(tlsKey) } };
}

/** Rules, certificates and keys. */
const MOST_TEXT_BYTES = 4 * 1024 * 1024;

async function readText(path: string): Promise<string> {
  const { openRegularFile } = await import('./disk/open-file.ts');
  const file = await openRegularFile(path);
  try {
    const { size } = await file.stat();
    if (size > MOST_TEXT_BYTES)
      throw new AirlockError('LIMIT_EXCEEDED', `${path} has ${size} bytes; ${MOST_TEXT_BYTES} are the most.`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function summarise(bundle: Bundle): BundleSummary {
  const { name, id, marking } = bundle.manifest;
  const { path, form, fingerprint, warnings } = bundle;
  return { path, form, name, id, marking, fingerprint, signed: false, warnings };
}
