// Limits: how hard registries may be asked, and how much of the line jobs may take.
import { settingsTexts } from '../texts/settings.ts';
import { Form, FormRow } from '../ui/Form.tsx';
import { NumberField } from '../ui/NumberField.tsx';
import { usePlainPart } from './plain-actions.ts';
import styles from './Screen.module.css';
import { editPlain } from './settings-store.ts';

const texts = settingsTexts.limits;
const MEGABYTE = 1_000_000;

export function LimitsSection() {
  const limits = usePlainPart('limits');
  const count = (change: Partial<typeof limits>): void => editPlain({ limits: { ...limits, ...change } });
  return (
    <div className={styles['pane']}>
      <Form>
        <FormRow label={texts.perHost} hint={texts.perHostHint}>
          <div className={styles['number']}>
            <NumberField
              label={texts.perHost}
              hideLabel
              value={limits.perHost}
              onChange={(value) => count({ perHost: Math.round(value ?? limits.perHost) })}
              min={1}
              max={64}
            />
          </div>
        </FormRow>
        <FormRow label={texts.blobs} hint={texts.blobsHint}>
          <div className={styles['number']}>
            <NumberField
              label={texts.blobs}
              hideLabel
              value={limits.blobs}
              onChange={(value) => count({ blobs: Math.round(value ?? limits.blobs) })}
              min={1}
              max={64}
            />
          </div>
        </FormRow>
        <FormRow label={texts.bandwidth} hint={texts.bandwidthHint}>
          <div className={styles['number']}>
            <NumberField
              label={texts.bandwidth}
              hideLabel
              value={limits.bytesPerSecond === null ? null : limits.bytesPerSecond / MEGABYTE}
              onChange={(value) =>
                count({ bytesPerSecond: value === null ? null : Math.round(value * MEGABYTE) })
              }
              min={0.01}
              max={100_000}
              unit={texts.bandwidthUnit}
              placeholder={texts.bandwidthNone}
              mayBeEmpty
            />
          </div>
        </FormRow>
      </Form>
    </div>
  );
}
