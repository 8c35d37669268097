// Finds out whether a repository takes pushes: opens an upload and cancels it before a byte was sent.
import { isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { uploadsTarget } from './address.ts';
import type { Address } from './address.ts';
import { uploadSessionOf } from './blob-upload.ts';
import type { Exchange } from './exchange.ts';
import { discard } from './wire.ts';

/** Throws what opening an upload throws. A session that cannot be cancelled holds nothing, and its registry drops it in time. */
export async function tryUpload(exchange: Exchange, address: Address, signal: AbortSignal): Promise<void> {
  const { host, name } = address;
  const common = { host, scopes: address.push, signal } as const;
  const asked = { host, repository: name, what: 'an upload', writing: true };
  const session = await exchange.ask(
    { ...common, method: 'POST', target: uploadsTarget(address), asked },
    async (answer) => {
      if (answer.status !== 202) throw await exchange.failure(answer, asked);
      await discard(answer.body);
      return uploadSessionOf(answer, address).url;
    },
  );
  try {
    await exchange.ask({ ...common, method: 'DELETE', target: session, asked }, (answer) =>
      discard(answer.body),
    );
  } catch (error) {
    if (signal.aborted || !isAirlockError(error)) throw error;
  }
}
