// Finds and runs the other programs that tests hold Airlock against: registries to talk to, clients to agree with.
// Knows no test runner, so the demo and the bench use it too; tests skip by name through describe-with.ts.
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { hash } from 'bcryptjs';

interface KnownProgram {
  /** Arguments that print the version. */
  readonly version: readonly string[];
  /** How a developer on Debian gets it. */
  readonly install: string;
}

const KNOWN = {
  'docker-registry': { version: ['--version'], install: 'Debian: apt-get install docker-registry' },
  skopeo: { version: ['--version'], install: 'Debian: apt-get install skopeo' },
  podman: { version: ['--version'], install: 'Debian: apt-get install podman' },
  openssl: { version: ['version'], install: 'Debian: apt-get install openssl' },
  chromium: { version: ['--version'], install: 'Debian: apt-get install chromium' },
  sha256sum: { version: ['--version'], install: 'Debian: apt-get install coreutils' },
  tar: { version: ['--version'], install: 'Debian: apt-get install tar' },
  python3: { version: ['--version'], install: 'Debian: apt-get install python3' },
  crane: {
    version: ['version'],
    install: 'go install github.com/google/go-containerregistry/cmd/crane@v0.22.1',
  },
  regctl: {
    version: ['version', '--format', '{{.VCSTag}}'],
    install: 'go install github.com/regclient/regclient/cmd/regctl@v0.11.7',
  },
  /** distribution v3; Debian's docker-registry is v2. */
  registry: {
    version: ['--version'],
    install: 'go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2',
  },
  helm: { version: ['version', '--short'], install: 'go install helm.sh/helm/v3/cmd/helm@v3.22.0' },
  oras: { version: ['version'], install: 'see https://oras.land/docs/installation' },
  hauler: { version: ['version'], install: 'see https://docs.hauler.dev' },
} as const satisfies Record<string, KnownProgram>;

export type ProgramName = keyof typeof KNOWN;

export interface Program {
  /** Absolute. */
  readonly path: string;
  /** First line of what the program says of itself. */
  readonly version: string;
}

const found = new Map<ProgramName, Program | undefined>();

/** A program on PATH, in Go's bin folder or in /usr/bin; undefined where it is not installed. Asked once per process. */
export function program(name: ProgramName): Program | undefined {
  if (!found.has(name)) found.set(name, look(name));
  return found.get(name);
}

/** The program, or an error that says how to get it. */
export function requireProgram(name: ProgramName): Program {
  const known = program(name);
  if (known === undefined) throw new Error(needs(name));
  return known;
}

/** `needs skopeo (Debian: apt-get install skopeo)`. */
export function needs(name: ProgramName): string {
  return `needs ${name} (${KNOWN[name].install})`;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without a shell and waits for its end. A program ended by a signal has the code 128. */
export async function run(
  path: string,
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    /** Added to the test's own environment unless `env` replaces it. */
    readonly addEnv?: Readonly<Record<string, string>>;
    readonly input?: string | Uint8Array;
    readonly cwd?: string;
    readonly signal?: AbortSignal;
  } = {},
): Promise<RunResult> {
  const child = spawn(path, args, {
    env: { ...(options.env ?? process.env), ...options.addEnv },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that ends before it has read its input closes the pipe; its exit code tells the story.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => resolve(exit ?? 128));
  });
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/** A registry of another maker on a free loopback port. */
export interface RunningRegistry {
  /** `127.0.0.1:41234`, as it stands in references. */
  readonly host: string;
  /** `http://…` or `https://…`. */
  readonly url: string;
  readonly pid: number;
  /** Where it keeps its content. */
  readonly folder: string;
  /** PEM of the authority that signed its certificate, where it speaks TLS: as text and as a file. */
  readonly ca?: string;
  readonly caFile?: string;
  /** Ends the process and removes its folder. */
  close(): Promise<void>;
}

export interface RegistryOptions {
  /** Serve https with a certificate of a fresh authority for 127.0.0.1 and localhost. */
  readonly tls?: boolean;
  /** Ask for basic authentication with these accounts. */
  readonly htpasswd?: Readonly<Record<string, string>>;
  /** Refuse every write, as a registry under maintenance does. */
  readonly readonly?: boolean;
  /** Content that an earlier registry left: it is served, and not removed by close. */
  readonly storage?: string;
}

/** Debian's docker-registry: distribution 2.8, without a referrers API. */
export function startDockerRegistry(options: RegistryOptions = {}): Promise<RunningRegistry> {
  return startDistributionProgram('docker-registry', options);
}

/** distribution 3, without a referrers API too. */
export function startDistribution(options: RegistryOptions = {}): Promise<RunningRegistry> {
  return startDistributionProgram('registry', options);
}

/** go-containerregistry's registry: keeps referrers, plain http, no accounts. */
export async function startCraneRegistry(): Promise<RunningRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-crane-'));
  const child = spawn(
    requireProgram('crane').path,
    ['registry', 'serve', '--address', '127.0.0.1:0', '--disk', folder],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const port = await announced(child, /serving on port (\d+)/, folder);
  const host = `127.0.0.1:${port}`;
  return { host, url: `http://${host}`, pid: pidOf(child), folder, close: () => end(child, folder) };
}

/** A certificate for 127.0.0.1 and localhost, signed by a fresh authority; files lie in `folder`. */
export async function makeCertificate(
  folder: string,
): Promise<{ readonly ca: string; readonly caFile: string; readonly cert: string; readonly key: string }> {
  const openssl = requireProgram('openssl').path;
  const file = (name: string) => join(folder, name);
  const call = (...args: readonly string[]) => execFileSync(openssl, args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'] as const;
  const authority = ['-x509', '-days', '30', '-subj', '/CN=Airlock test authority'] as const;
  call('req', ...newKey, ...authority, '-keyout', file('ca.key'), '-out', file('ca.pem'));
  call('req', ...newKey, '-subj', '/CN=localhost', '-keyout', file('server.key'), '-out', file('server.csr'));
  await writeFile(file('extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const signer = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '30'] as const;
  const subject = ['-in', file('server.csr'), '-out', file('server.pem'), '-extfile', file('extensions')];
  call('x509', '-req', ...signer, ...subject);
  return {
    ca: await readFile(file('ca.pem'), 'utf8'),
    caFile: file('ca.pem'),
    cert: file('server.pem'),
    key: file('server.key'),
  };
}

async function startDistributionProgram(
  name: 'docker-registry' | 'registry',
  options: RegistryOptions,
): Promise<RunningRegistry> {
  const { path } = requireProgram(name);
  const folder = await mkdtemp(join(tmpdir(), `airlock-${name}-`));
  const certificate = options.tls === true ? await makeCertificate(folder) : undefined;
  const config: Record<string, unknown> = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: options.storage ?? join(folder, 'data') },
      delete: { enabled: true },
      maintenance: { readonly: { enabled: options.readonly === true } },
    },
    http: {
      addr: '127.0.0.1:0',
      secret: 'only for tests',
      ...(certificate === undefined ? {} : { tls: { certificate: certificate.cert, key: certificate.key } }),
    },
  };
  if (options.htpasswd !== undefined) {
    const accounts = join(folder, 'htpasswd');
    const lines = Object.entries(options.htpasswd).map(
      async ([user, password]) => `${user}:${await hash(password, 4)}`,
    );
    await writeFile(accounts, `${(await Promise.all(lines)).join('\n')}\n`);
    config['auth'] = { htpasswd: { realm: 'tests', path: accounts } };
  }
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawn(path, ['serve', join(folder, 'config.yml')], {
    // distribution 3 reports traces to localhost:4318 unless told otherwise.
    env: { PATH: process.env['PATH'], HOME: folder, OTEL_TRACES_EXPORTER: 'none' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await announced(child, /listening on 127\.0\.0\.1:(\d+)/, folder);
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `${certificate === undefined ? 'http' : 'https'}://${host}`,
    pid: pidOf(child),
    folder,
    ...(certificate === undefined ? {} : { ca: certificate.ca, caFile: certificate.caFile }),
    close: () => end(child, folder),
  };
}

// A runner that ends in a hurry takes its registries with it.
const started = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** Waits for the line in which a program names the port that the system gave it: no port is guessed, none collides. */
async function announced(child: ChildProcess, line: RegExp, folder: string): Promise<string> {
  const { stderr } = child;
  if (stderr === null) throw new Error('the program has no stderr');
  started.add(child);
  const said: string[] = [];
  const lines = createInterface({ input: stderr });
  try {
    return await new Promise<string>((resolve, reject) => {
      child.on('error', reject);
      lines.on('line', (text) => {
        const port = line.exec(text)?.[1];
        if (port === undefined) said.push(text);
        else resolve(port);
      });
      child.on('close', (code) =>
        reject(new Error(`the program ended with ${code} before it listened:\n${said.join('\n')}`)),
      );
    });
  } catch (error) {
    await end(child, folder);
    throw error;
  } finally {
    // What it says later is read and dropped, so that a full pipe never stops it.
    lines.close();
    stderr.resume();
  }
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  }
  started.delete(child);
  await rm(folder, { recursive: true, force: true });
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the program did not start');
  return child.pid;
}

function look(name: ProgramName): Program | undefined {
  const path = folders()
    .map((folder) => join(folder, name))
    .find(isExecutable);
  if (path === undefined) return undefined;
  try {
    const said = execFileSync(path, KNOWN[name].version, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { path, version: said.split('\n', 1)[0]?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

function folders(): string[] {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return [...path, ...goFolders(), '/usr/bin', '/usr/sbin'];
}

let askedGo: string[] | undefined;

function goFolders(): string[] {
  askedGo ??= [join(homedir(), 'go', 'bin'), ...gopath().map((folder) => join(folder, 'bin'))];
  return askedGo;
}

function gopath(): string[] {
  try {
    const said = execFileSync('go', ['env', 'GOPATH'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return said.trim().split(delimiter).filter(isAbsolute);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
