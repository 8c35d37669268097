// The logins of one job and how they fared: a wrong password is sent once, not once for each of 200 images.
import type { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { isSameLogin } from '../credentials/credential.ts';
import type { Credential, CredentialSource } from '../credentials/credential.ts';
import { createLoginQuestions } from './login-questions.ts';
import type { AskLogin } from './login-questions.ts';
import { repositoryOf } from './scopes.ts';
import { shareTask } from './shared-task.ts';

/** What a request is about to do where. */
export interface Asked {
  /** As people write it. */
  readonly host: string;
  readonly scopes: readonly string[];
  readonly signal: AbortSignal;
}

export interface JobLogins {
  /** The login, whatever became of it. A helper may ask its user something; the signal ends the wait for it. */
  find(asked: Asked): Promise<Credential | undefined>;
  /** The login. Throws what it was refused with, where it was. */
  findUsable(asked: Asked): Promise<Credential | undefined>;
  /**
   * Notes a refusal of a login, or that there is none. True where there is another one by now: a helper's password may have run
   * out since it was read (ECR: 12 h), or the operator gives one when asked.
   */
  isReplaced(asked: Asked, login: Credential | undefined, error: AirlockError): Promise<boolean>;
  /**
   * A login that is right and may not do this. True where the operator, whose answer it was, has another one; other logins are
   * not asked about.
   */
  isExchanged(asked: Asked, login: Credential | undefined, denied: AirlockError): Promise<boolean>;
  /** How often the operator has answered for the host. */
  answers(host: string): number;
  /** Runs `work` alone until one of its runs for the host has succeeded: wrong tries side by side lock accounts. */
  inTurn<T>(asked: Asked, work: () => Promise<T>): Promise<T>;
}

/** `onGiven` hears of the host for which the operator gave a login: what was had without it is no longer good. */
export function createJobLogins(
  credentials: CredentialSource,
  askLogin: AskLogin | undefined,
  onGiven: (host: string) => void,
): JobLogins {
  const refused = new Map<string, { readonly login: Credential; readonly error: AirlockError }[]>();
  const accepted = new Set<string>();
  const trials = new Map<string, Promise<unknown>>();
  const questions = createLoginQuestions(askLogin, (host) => {
    accepted.delete(host);
    // An operator who gives a login once more wants it to be tried once more: the account may have been unlocked.
    const given = questions.given(host);
    if (given !== undefined)
      refused.set(
        host,
        (refused.get(host) ?? []).filter(({ login }) => !isSameLogin(login, given)),
      );
    onGiven(host);
  });

  const find = async ({ host, scopes, signal }: Asked): Promise<Credential | undefined> =>
    questions.given(host) ??
    (await shareTask(() => credentials.forRegistry(host, repositoryOf(scopes))).join(signal));
  const refusalOf = (host: string, login: Credential): AirlockError | undefined =>
    refused.get(host)?.find((entry) => isSameLogin(entry.login, login))?.error;

  return {
    find,
    async findUsable(asked) {
      for (;;) {
        const login = await find(asked);
        const before = login === undefined ? undefined : refusalOf(asked.host, login);
        if (before === undefined) return login;
        // While somebody else's question is open this waits for the same answer.
        if (!(await questions.ask(asked.host, before, login, asked.signal))) throw before;
      }
    },
    async isReplaced({ host, scopes, signal }, login, error) {
      if (login === undefined) return questions.ask(host, error, undefined, signal);
      refused.set(host, [...(refused.get(host) ?? []), { login, error }]);
      if (questions.given(host) === undefined) {
        const latest = await credentials.forRegistry(host, repositoryOf(scopes), { fresh: true });
        if (latest !== undefined && refusalOf(host, latest) === undefined) return true;
      }
      return questions.ask(host, error, login, signal);
    },
    async isExchanged({ host, signal }, login, denied) {
      return (
        login !== undefined &&
        questions.given(host) !== undefined &&
        (await questions.ask(host, denied, login, signal))
      );
    },
    answers: (host) => questions.answers(host),
    async inTurn({ host, signal }, work) {
      while (!accepted.has(host) && trials.has(host)) await trials.get(host);
      signal.throwIfAborted();
      if (accepted.has(host)) return await work();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      trials.set(host, promise);
      try {
        const result = await work();
        accepted.add(host);
        return result;
      } finally {
        trials.delete(host);
        resolve(undefined);
      }
    },
  };
}
