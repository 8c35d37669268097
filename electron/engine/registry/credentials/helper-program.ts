// Talks to docker's credential helpers, `docker-credential-<suffix>` (docker/docker-credential-helpers README).
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { findProgram } from './find-program.ts';

type Verb = 'get' | 'store' | 'erase';

export interface HelperOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long a helper may take: a minute, since a person may have to unlock a key ring. */
  readonly helperTimeoutMs?: number;
}

export interface HelperAnswer {
  readonly username: string;
  readonly secret: string;
}

const TIMEOUT_MS = 60_000;
const OUTPUT_LIMIT_BYTES = 1024 * 1024;
const SUFFIX = /^[A-Za-z0-9._-]+$/;
/** docker-credential-helpers, credentials/error.go; some helpers add a full stop. */
const NOT_FOUND = /^credentials not found in native keychain\.?$/;

const Answer = z.object({ Username: z.string(), Secret: z.string() });

/** What a helper keeps for a server, undefined where it keeps nothing. Throws CREDENTIAL_HELPER_FAILED. */
export async function askHelper(
  suffix: string,
  server: string,
  options: HelperOptions,
): Promise<HelperAnswer | undefined> {
  const { code, stdout } = await call(suffix, 'get', server, options);
  if (code !== 0) {
    if (NOT_FOUND.test(stdout.trim())) return undefined;
    throw failed(suffix, `it ended with ${code}${said(stdout)}`);
  }
  let answer: z.infer<typeof Answer>;
  try {
    answer = Answer.parse(JSON.parse(stdout));
  } catch {
    // What it said is not repeated: it may hold the secret all the same.
    throw failed(suffix, 'its answer is not what the helper protocol asks for');
  }
  return answer.Secret === '' ? undefined : { username: answer.Username, secret: answer.Secret };
}

/** Throws CREDENTIAL_HELPER_FAILED. */
export async function storeInHelper(
  suffix: string,
  server: string,
  login: HelperAnswer,
  options: HelperOptions,
): Promise<void> {
  const input = JSON.stringify({ ServerURL: server, Username: login.username, Secret: login.secret });
  const { code, stdout } = await call(suffix, 'store', input, options);
  if (code !== 0) throw failed(suffix, `it ended with ${code}${said(stdout)}`);
}

/** False where it kept nothing for the server. Throws CREDENTIAL_HELPER_FAILED. */
export async function eraseFromHelper(
  suffix: string,
  server: string,
  options: HelperOptions,
): Promise<boolean> {
  if ((await askHelper(suffix, server, options)) === undefined) return false;
  const { code, stdout } = await call(suffix, 'erase', server, options);
  if (code !== 0) throw failed(suffix, `it ended with ${code}${said(stdout)}`);
  return true;
}

async function call(
  suffix: string,
  verb: Verb,
  input: string,
  options: HelperOptions,
): Promise<{ readonly code: number; readonly stdout: string }> {
  // The name comes from a file that others may have written.
  if (!SUFFIX.test(suffix)) throw failed(suffix, 'this is no name of a credential helper');
  const path = await findProgram(`docker-credential-${suffix}`, options.environment);
  if (path === undefined) throw failed(suffix, 'it is not on PATH');
  try {
    return await run(path, [verb], input, options);
  } catch (error) {
    throw failed(suffix, error instanceof Error ? error.message : 'it did not start', error);
  }
}

/** Without a shell. Rejects where the program does not start, runs too long or says too much. */
async function run(
  path: string,
  args: readonly string[],
  input: string,
  { environment, helperTimeoutMs: timeoutMs = TIMEOUT_MS }: HelperOptions,
): Promise<{ readonly code: number; readonly stdout: string }> {
  const child = spawn(path, args, { env: environment, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number; stdout: string }>();
  const chunks: Buffer[] = [];
  let size = 0;
  const giveUp = (why: string) => {
    // Its own children may hold the pipe open, so its end is not waited for.
    child.kill('SIGKILL');
    child.stdout.destroy();
    reject(new Error(why));
  };
  const timer = setTimeout(() => giveUp(`it gave no answer within ${timeoutMs / 1000} s`), timeoutMs);
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > OUTPUT_LIMIT_BYTES) giveUp(`it said more than ${OUTPUT_LIMIT_BYTES} bytes`);
    else chunks.push(chunk);
  });
  // A helper that has no interest in its input closes the pipe.
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => reject(new Error('it could not be started', { cause: error })));
  child.on('close', (code) => resolve({ code: code ?? 128, stdout: Buffer.concat(chunks).toString('utf8') }));
  child.stdin.end(input);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Helpers print their errors on stdout. */
function said(stdout: string): string {
  const line =
    stdout
      .trim()
      .split('\n', 1)[0]
      ?.replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, 200)
      .trim() ?? '';
  return line === '' ? '' : `: ${line}`;
}

function failed(suffix: string, why: string, cause?: unknown): AirlockError {
  const program = `docker-credential-${suffix.replaceAll(/[^\w.-]/g, '?')}`;
  return new AirlockError('CREDENTIAL_HELPER_FAILED', `The credential helper ${program} failed: ${why}.`, {
    cause,
    details: { program },
    remedy: `Run \`${program} list\` by hand to see what it needs, or take it out of the file that names it.`,
  });
}
