// Step four: may this login pull and push where the bundle is to go.
import { isAirlockError, retold } from '../../../shared/errors/airlock-error.ts';
import type { RegistryClient, UploadTrial } from '../registry/index.ts';
import { Fault, faultOf } from './step.ts';
import type { Found } from './step.ts';

/** A name below the prefix that nobody has: nothing is ever written to it. */
const TEST_NAME = 'airlock-test';

/** Throws a Fault. */
export async function tryPermission(
  host: string,
  prefix: string,
  client: RegistryClient & UploadTrial,
  signal: AbortSignal,
): Promise<Found> {
  const where = prefix.replaceAll(/^\/+|\/+$/g, '');
  const repository = where === '' ? TEST_NAME : `${where}/${TEST_NAME}`;
  const push = where === '' ? 'Push' : `Push to ${where}`;
  try {
    const pull = await mayPull(host, repository, client, signal);
    try {
      await client.tryUpload(host, repository, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw refused(`Pull: ${pull ? 'yes' : 'no'}. ${push}: no`, repository, error);
    }
    return {
      state: pull ? 'ok' : 'warn',
      word: pull ? 'Granted' : 'Push alone',
      fact: `Pull: ${pull ? 'yes' : 'no'}. ${push}: yes, an upload was opened and cancelled`,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw faultOf(error);
  }
}

/** What is not there may be asked for all the same; some registries hide from those who may not. */
async function mayPull(
  host: string,
  repository: string,
  client: RegistryClient,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await client.repository(host, repository).resolve(TEST_NAME, { signal });
    return true;
  } catch (error) {
    if (isAirlockError(error, 'UNAUTHORIZED', 'DENIED')) return false;
    throw error;
  }
}

function refused(said: string, repository: string, error: unknown): Fault {
  const fault = faultOf(error);
  const { status, codes } = fault.error.details;
  const answer = [status, Array.isArray(codes) ? codes[0] : undefined].filter((part) => part !== undefined);
  return new Fault(
    fault.word,
    [said, ...(answer.length === 0 ? [] : [answer.join(' ')])].join(', '),
    retold(fault.error, {
      details: { ...fault.error.details, request: `POST /v2/${repository}/blobs/uploads/` },
    }),
  );
}
