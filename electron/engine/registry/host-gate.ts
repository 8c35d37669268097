// Which hosts may be called at all: on the disconnected side nobody but those whom the operator named (DESIGN §6).
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { nameOf } from './origins.ts';

/** Throws HOST_NOT_NAMED where nobody may call the host of a URL. `how` says in a sentence's end how it came up. */
export type HostGate = (url: URL, how?: string) => void;

/** Asked before a name is looked up, and again before anything is sent: whoever forgets the first is held by the second. */
export function createHostGate(mayCall: ((host: string) => boolean) | undefined): HostGate {
  return (url, how) => {
    const host = nameOf(url);
    if (mayCall === undefined || mayCall(host)) return;
    throw new AirlockError(
      'HOST_NOT_NAMED',
      `${host} was not called: nobody named it on this machine${how === undefined ? '' : `; ${how}`}.`,
      { details: { host } },
    );
  };
}
