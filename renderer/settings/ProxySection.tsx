// Proxy: through which address registries and web servers are reached.
import { settingsTexts } from '../texts/settings.ts';
import { Form, FormRow } from '../ui/Form.tsx';
import { TextField } from '../ui/TextField.tsx';
import { proxyProblem, usePlainPart } from './plain-actions.ts';
import styles from './Screen.module.css';
import { editPlain } from './settings-store.ts';

const texts = settingsTexts.proxy;

export function ProxySection() {
  const proxy = usePlainPart('proxy');
  return (
    <div className={styles['pane']}>
      <Form>
        <FormRow label={texts.address} hint={texts.say}>
          <div className={styles['wide']}>
            <TextField
              label={texts.address}
              hideLabel
              value={proxy.address}
              onChange={(address) => editPlain({ proxy: { ...proxy, address } })}
              placeholder={texts.addressPlaceholder}
              error={proxyProblem(proxy.address)}
            />
          </div>
        </FormRow>
        <FormRow label={texts.except} hint={texts.exceptHint}>
          <div className={styles['wide']}>
            <TextField
              label={texts.except}
              hideLabel
              value={proxy.except}
              onChange={(except) => editPlain({ proxy: { ...proxy, except } })}
              placeholder={texts.exceptPlaceholder}
            />
          </div>
        </FormRow>
      </Form>
    </div>
  );
}
