// What most do without: a certificate with its key, and a folder that takes pushes.
import { serveTexts } from '../texts/serve.ts';
import { Button } from '../ui/Button.tsx';
import { Form, FormRow } from '../ui/Form.tsx';
import { TextField } from '../ui/TextField.tsx';
import { formProblem } from './choices.ts';
import styles from './Serve.module.css';
import { browseForPath } from './serve-actions.ts';
import { changeForm } from './serve-store.ts';
import type { ServeForm } from './serve-store.ts';

const texts = serveTexts.more;

export function MoreFields({ form }: { readonly form: ServeForm }) {
  const problem = formProblem(form);
  return (
    <section className={styles['more']} aria-label={texts.title}>
      <h2>{texts.title}</h2>
      <Form>
        <PathRow
          field="certificate"
          label={texts.certificate}
          value={form.certificate}
          placeholder={texts.certificatePlaceholder}
          browseFor={texts.browseCertificate}
          hint={texts.pair}
          error={problem === 'certificateMissing' ? texts.certificateMissing : undefined}
        />
        <PathRow
          field="key"
          label={texts.key}
          value={form.key}
          placeholder={texts.keyPlaceholder}
          browseFor={texts.browseKey}
          error={problem === 'keyMissing' ? texts.keyMissing : undefined}
        />
        <PathRow
          field="writable"
          label={texts.writable}
          value={form.writable}
          placeholder={texts.writablePlaceholder}
          browseFor={texts.browseWritable}
          hint={texts.writableHint}
        />
      </Form>
    </section>
  );
}

interface PathRowProps {
  readonly field: 'certificate' | 'key' | 'writable';
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly browseFor: string;
  readonly hint?: string;
  readonly error?: string | undefined;
}

function PathRow({ field, label, value, placeholder, browseFor, hint, error }: PathRowProps) {
  return (
    <FormRow label={label} {...(hint === undefined ? {} : { hint })}>
      <div className={styles['path']}>
        <TextField
          label={label}
          hideLabel
          isMono
          value={value}
          onChange={(path) => changeForm({ [field]: path })}
          placeholder={placeholder}
          error={error}
        />
      </div>
      <Button icon="folder" ariaLabel={browseFor} onPress={() => void browseForPath(field)}>
        {texts.browse}
      </Button>
    </FormRow>
  );
}
