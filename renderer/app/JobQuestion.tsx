// What a running job asks the operator: a login, what becomes of a tag, a secret. The job holds until it is answered.
import { useState } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import { useJobs } from '../store/jobs.ts';
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Digest } from '../ui/Digest.tsx';
import { PasswordField } from '../ui/PasswordField.tsx';
import { TextField } from '../ui/TextField.tsx';
import styles from './JobQuestion.module.css';

const words = shellTexts.questions;
type Asked = NonNullable<JobSnapshot['question']>;
type Given = Parameters<ReturnType<typeof useJobs.getState>['answer']>[1];

export function JobQuestion({ job }: { readonly job: JobSnapshot }) {
  const { question } = job;
  if (question === null) return null;
  const give = (answer: Given) => void useJobs.getState().answer(job.id, answer);
  // A second question about one host begins anew: what was typed into the first has been tried.
  if (question.kind === 'login')
    return <LoginQuestion key={`${question.host} ${question.why}`} question={question} give={give} />;
  if (question.kind === 'secret') return <SecretQuestion question={question} give={give} />;
  return <TagQuestion question={question} give={give} />;
}

interface Props<K extends Asked['kind']> {
  readonly question: Extract<Asked, { readonly kind: K }>;
  readonly give: (answer: Given) => void;
}

function LoginQuestion({ question, give }: Props<'login'>) {
  const { refused } = question;
  const [username, setUsername] = useState(refused ?? '');
  const [password, setPassword] = useState('');
  const submit = () => {
    if (username !== '') give({ kind: 'login', username, password });
  };
  const none = () => give({ kind: 'none' });
  return (
    <Dialog
      title={refused === undefined ? words.login(question.host) : words.loginRefused(question.host)}
      onClose={none}
      actions={
        <>
          <Button onPress={none}>{words.without}</Button>
          <Button variant="primary" onPress={submit} isDisabled={username === ''}>
            {words.withLogin}
          </Button>
        </>
      }
    >
      <p>{question.why}</p>
      <p>{words.loginText(question.host)}</p>
      <div className={styles['fields']}>
        <TextField
          label={words.user}
          value={username}
          onChange={setUsername}
          autoFocus={refused === undefined}
          onSubmit={submit}
        />
        <PasswordField
          label={words.password}
          value={password}
          onChange={setPassword}
          autoFocus={refused !== undefined}
          onSubmit={submit}
        />
      </div>
    </Dialog>
  );
}

function SecretQuestion({ question, give }: Props<'secret'>) {
  const [value, setValue] = useState('');
  const submit = () => give({ kind: 'secret', value });
  const none = () => give({ kind: 'none' });
  return (
    <Dialog
      title={words.secret(question.name)}
      onClose={none}
      actions={
        <>
          <Button onPress={none}>{words.none}</Button>
          <Button variant="primary" onPress={submit} isDisabled={value === ''}>
            {words.give}
          </Button>
        </>
      }
    >
      <p>{question.why}</p>
      <div className={styles['fields']}>
        <PasswordField label={words.value} value={value} onChange={setValue} autoFocus onSubmit={submit} />
      </div>
    </Dialog>
  );
}

function TagQuestion({ question, give }: Props<'tagConflict'>) {
  const choose = (choice: 'skip' | 'overwrite' | 'fail') => give({ kind: 'tagConflict', choice });
  return (
    <Dialog
      title={words.tag(question.target)}
      isAlert
      onClose={() => choose('skip')}
      actions={
        <>
          <Button variant="danger" onPress={() => choose('overwrite')}>
            {words.overwrite}
          </Button>
          <Button onPress={() => choose('fail')}>{words.fail}</Button>
          <Button variant="primary" autoFocus onPress={() => choose('skip')}>
            {words.skip}
          </Button>
        </>
      }
    >
      <p>{words.tagText}</p>
      <dl className={styles['digests']}>
        <dt>{words.there}</dt>
        <dd>
          <Digest value={question.there} length={24} />
        </dd>
        <dt>{words.ours}</dt>
        <dd>
          <Digest value={question.ours} length={24} />
        </dd>
      </dl>
    </Dialog>
  );
}
