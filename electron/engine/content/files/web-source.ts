// What lists and locks name by URL: small documents read under a limit, and URLs whose query must stay secret.
import { AirlockError, retold } from '../../../../shared/errors/airlock-error.ts';
import type { JobContext } from '../../jobs/job-context.ts';
import { whileRunning } from '../../jobs/pause.ts';
import type { ByteSource } from '../../oci/content-store.ts';
import type { Download, RegistryClient } from '../../registry/index.ts';
import { collectBytes } from './collect-bytes.ts';

/** A whole web document, at most `limit` bytes. Throws LIMIT_EXCEEDED, and what `download` throws. */
export async function readDocument(
  client: RegistryClient,
  url: string,
  options: { readonly limit: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  const { body } = await client.download(url, { signal: options.signal });
  const document = await collectBytes(body, options.limit);
  if (document !== undefined) return document;
  throw new AirlockError('LIMIT_EXCEEDED', `${url} is longer than ${options.limit} bytes.`, {
    side: 'source',
    remedy: 'Check that the URL names the right document.',
    details: { url },
  });
}

/** The URL as lock, bundle, logs and messages may have it: without a query that is secret. */
export function publicUrl(url: string, secretQuery: number | undefined): string {
  return secretQuery === undefined ? url : (url.split('?')[0] ?? url);
}

/** A URL of a list or lock; `secretQuery` is the n of AIRLOCK_QUERY_<n>. */
export interface WebSource {
  readonly url: string;
  readonly secretQuery: number | undefined;
}

type SecretHolder = Pick<JobContext, 'secret' | 'ask' | 'signal' | 'pause'>;

/**
 * As `client.download`, the secret query put on. It is never stored, and cut out of every error. Throws SECRET_MISSING
 * where one is wanted and nobody has it.
 */
export async function downloadSource(
  client: RegistryClient,
  source: WebSource,
  job: SecretHolder,
  options: { readonly signal?: AbortSignal; readonly offset?: number } = {},
): Promise<Download> {
  const { url, query } = await fetchedUrl(source, job);
  try {
    const download = await client.download(url, { signal: job.signal, ...options });
    const body = whileRunning(download.body, { pause: job.pause, signal: options.signal ?? job.signal });
    return { ...download, body: query === undefined ? body : withoutSecretErrors(body, query) };
  } catch (error) {
    throw query === undefined ? error : withoutSecret(error, query);
  }
}

/** As `client.head`, under the same rules as `downloadSource`. */
export async function headSource(
  client: RegistryClient,
  source: WebSource,
  job: SecretHolder,
): ReturnType<RegistryClient['head']> {
  const { url, query } = await fetchedUrl(source, job);
  try {
    return await client.head(url, { signal: job.signal });
  } catch (error) {
    throw query === undefined ? error : withoutSecret(error, query);
  }
}

async function fetchedUrl(
  source: WebSource,
  job: SecretHolder,
): Promise<{ readonly url: string; readonly query: string | undefined }> {
  if (source.secretQuery === undefined) return { url: source.url, query: undefined };
  const url = publicUrl(source.url, source.secretQuery);
  const query = await secretOf(source.secretQuery, url, job);
  return { url: `${url}?${query}`, query };
}

async function* withoutSecretErrors(body: ByteSource, query: string): ByteSource {
  try {
    yield* body;
  } catch (error) {
    throw withoutSecret(error, query);
  }
}

async function secretOf(number: number, url: string, job: SecretHolder): Promise<string> {
  const name = `AIRLOCK_QUERY_${number}`;
  let value = job.secret(name);
  if (value === undefined) {
    const answer = await job.ask({ kind: 'secret', name, why: `the query of ${url}` });
    if (answer.kind === 'secret') value = answer.value;
  }
  if (value === undefined || value === '')
    throw new AirlockError('SECRET_MISSING', `The secret query of ${url} is not known: ${name} is not set.`, {
      details: { name, url },
    });
  return value.replace(/^\?/, '');
}

/** The cause of an error that is rewritten is dropped: its message may hold the query again. */
function withoutSecret(error: unknown, query: string): unknown {
  if (!(error instanceof Error)) return error;
  const forms = [
    query,
    ...query.split('&'),
    ...query.split('&').map((part) => part.slice(part.indexOf('=') + 1)),
  ]
    .flatMap((form) => [form, decoded(form)])
    .filter((form) => form.length >= 4);
  const clean = (text: string) => forms.reduce((cleaned, form) => cleaned.replaceAll(form, '…'), text);
  if (!(error instanceof AirlockError))
    return clean(error.message) === error.message
      ? error
      : new AirlockError('CONNECTION_LOST', `The download failed: ${clean(error.message)}`);
  return retold(error, {
    message: clean(error.message),
    cause: undefined,
    details: Object.fromEntries(
      Object.entries(error.details).map(([key, value]) => [
        key,
        typeof value === 'number' ? value : typeof value === 'string' ? clean(value) : value.map(clean),
      ]),
    ),
    ...(error.remedy === undefined ? {} : { remedy: clean(error.remedy) }),
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
