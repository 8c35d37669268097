// How the bundle is called at its destination, and whether it is a folder or one file.
import type { Medium } from '../../shared/station/media.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Checkbox.tsx';
import { Form, FormRow } from '../ui/Form.tsx';
import { Segmented } from '../ui/Segmented.tsx';
import { TextField } from '../ui/TextField.tsx';
import styles from './Destination.module.css';
import { nameProblem } from './draft.ts';
import { chooseDestination, usePack } from './pack-store.ts';
import { ENDINGS, otherName, outputOf, splitOutput } from './places.ts';

const texts = packTexts.destination;
const FORMS = ['directory', 'tar'] as const;

interface DestinationFormProps {
  readonly name: string;
  readonly place: Medium | undefined;
}

export function DestinationForm({ name, place }: DestinationFormProps) {
  const form = usePack((state) => state.form);
  const ejects = usePack((state) => state.ejectsAfter);
  const problem = nameProblem(name);
  const output = place === undefined ? null : outputOf(place.path, name, form);
  const isThere = place?.bundles.some(({ path }) => path === output) === true;
  return (
    <Form>
      <FormRow label={texts.bundleName}>
        <div className={styles['name']}>
          <TextField
            label={texts.bundleName}
            hideLabel
            value={name}
            onChange={(fileName) => chooseDestination({ fileName })}
            suffix={ENDINGS[form]}
            {...(problem === null ? {} : { error: packTexts.rename.problems[problem] })}
          />
        </div>
        {isThere && output !== null && (
          <p className={styles['there']}>
            <span>
              {texts.there(splitOutput(output).file)} {texts.thereHint}
            </span>
            <Button size="small" onPress={() => chooseDestination({ fileName: otherName(name, place) })}>
              {texts.otherName(otherName(name, place))}
            </Button>
          </p>
        )}
      </FormRow>
      <FormRow label={texts.form} hint={texts.formHint[form]}>
        <Segmented
          label={texts.form}
          value={form}
          onChange={(next) => chooseDestination({ form: next })}
          options={FORMS.map((id) => ({ id, label: texts.forms[id] }))}
        />
      </FormRow>
      {place?.removable === true && (
        <FormRow label={texts.whenDone}>
          <Checkbox isSelected={ejects} onChange={(isTicked) => chooseDestination({ ejectsAfter: isTicked })}>
            {texts.eject}
          </Checkbox>
        </FormRow>
      )}
    </Form>
  );
}
