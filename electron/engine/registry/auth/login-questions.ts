// Asks the operator for a login: once for each host and job, while all who need it wait for the same answer.
import type { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import type { Credential, PasswordCredential } from '../credentials/credential.ts';
import { shareTask } from './shared-task.ts';
import type { SharedTask } from './shared-task.ts';

/** Undefined where nobody answers. `why` says who refused what. */
export type AskLogin = (host: string, why: string) => Promise<PasswordCredential | undefined>;

export interface LoginQuestions {
  /** What was answered for the host. */
  given(host: string): (PasswordCredential & Pick<Credential, 'origin'>) | undefined;
  /** True where a login was given. The wait ends with the signal's reason. */
  ask(host: string, error: AirlockError, signal: AbortSignal): Promise<boolean>;
}

export function createLoginQuestions(
  askLogin: AskLogin | undefined,
  onGiven: (host: string) => void = () => undefined,
): LoginQuestions {
  const answers = new Map<string, PasswordCredential & Pick<Credential, 'origin'>>();
  const questions = new Map<string, SharedTask<boolean>>();
  return {
    given: (host) => answers.get(host),
    async ask(host, error, signal) {
      if (askLogin === undefined) return false;
      let question = questions.get(host);
      if (question === undefined || question.abandoned) {
        question = shareTask(async () => {
          const answer = await askLogin(host, error.message);
          if (answer === undefined) return false;
          answers.set(host, { ...answer, origin: 'your answer' });
          onGiven(host);
          return true;
        });
        questions.set(host, question);
      }
      return question.join(signal);
    },
  };
}
