// Asks the operator for a login: one question at a time for each host, until one is right or the operator gives none.
import type { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { OPERATOR } from '../credentials/credential.ts';
import type { Credential, PasswordCredential } from '../credentials/credential.ts';
import { shareTask } from './shared-task.ts';
import type { SharedTask } from './shared-task.ts';

/** Undefined where nobody answers. `why` says who refused what; `refused` is the user whose login that was. */
export type AskLogin = (
  host: string,
  why: string,
  refused: string | undefined,
) => Promise<PasswordCredential | undefined>;

type GivenLogin = PasswordCredential & Pick<Credential, 'origin'>;

export interface LoginQuestions {
  /** What was answered for the host last. */
  given(host: string): GivenLogin | undefined;
  /** How many answers there were for the host. */
  answers(host: string): number;
  /**
   * True where there is another login than `refused`, now or once the operator has given it. A question that got no answer
   * is not put again. The wait ends with the signal's reason.
   */
  ask(
    host: string,
    error: AirlockError,
    refused: Credential | undefined,
    signal: AbortSignal,
  ): Promise<boolean>;
}

export function createLoginQuestions(
  askLogin: AskLogin | undefined,
  onGiven: (host: string) => void = () => undefined,
): LoginQuestions {
  const answers = new Map<string, GivenLogin>();
  const counts = new Map<string, number>();
  const open = new Map<string, SharedTask<void>>();
  /** Where no login is left to try, and answers that the operator holds on to though they do not allow everything. */
  const closed = new Set<string>();
  const kept = new Set<Credential>();

  const put = async (host: string, error: AirlockError, refused: Credential | undefined): Promise<void> => {
    const user = refused !== undefined && 'username' in refused ? refused.username : undefined;
    const answer = await askLogin?.(host, error.message, user);
    if (answer !== undefined) {
      answers.set(host, { ...answer, origin: OPERATOR });
      counts.set(host, (counts.get(host) ?? 0) + 1);
      onGiven(host);
    } else if (error.code === 'DENIED' && refused !== undefined) kept.add(refused);
    else closed.add(host);
  };

  return {
    given: (host) => answers.get(host),
    answers: (host) => counts.get(host) ?? 0,
    async ask(host, error, refused, signal) {
      if (askLogin === undefined) return false;
      for (;;) {
        const given = answers.get(host);
        if (given !== undefined && given !== refused) return true;
        if (closed.has(host) || (error.code === 'DENIED' && given !== undefined && kept.has(given)))
          return false;
        let question = open.get(host);
        if (question === undefined || question.abandoned) {
          const own = shareTask(() =>
            put(host, error, refused).finally(() => {
              if (open.get(host) === own) open.delete(host);
            }),
          );
          question = own;
          open.set(host, own);
        }
        await question.join(signal);
      }
    },
  };
}
