// This machine: on which side it stands, what its routes say of that, and what runs here.
import { useState } from 'react';
import type { SideOfGap } from '../../shared/station/settings.ts';
import { useSession } from '../store/session.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Segmented } from '../ui/Segmented.tsx';
import styles from './MachineSection.module.css';
import { keep } from './plain-actions.ts';
import { useSettingsDesk } from './settings-store.ts';

const texts = settingsTexts.machine;
const SIDES = ['connected', 'disconnected'] as const;

export function MachineSection() {
  const side = useSettings(({ settings }) => settings.side) ?? 'connected';
  const facts = useSession((state) => state.facts);
  const [asked, setAsked] = useState<SideOfGap | null>(null);
  return (
    <>
      <dl className={styles['facts']}>
        <dt>{texts.side}</dt>
        <dd>
          <Segmented
            label={texts.side}
            value={side}
            onChange={setAsked}
            options={SIDES.map((id) => ({ id, label: texts.sides[id], icon: id }))}
          />
        </dd>
        {facts !== null && (
          <>
            <dt>{texts.route}</dt>
            <dd>
              {facts.route.fact}
              <RouteWarning side={side} leadsOutside={facts.route.leadsOutside} />
            </dd>
            <dt>{texts.station}</dt>
            <dd>{texts.stations[facts.host]}</dd>
            <dt>{texts.state}</dt>
            <dd>
              <code>{facts.stateFolder}</code>
              <CopyButton text={facts.stateFolder} label={texts.copyState} />
              <small>{texts.stateHint}</small>
            </dd>
            <dt>{texts.version}</dt>
            <dd>{facts.version}</dd>
          </>
        )}
        <dt>{texts.licences}</dt>
        <dd>{texts.licencesText}</dd>
      </dl>
      {asked !== null && <SideDialog side={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

interface RouteWarningProps {
  readonly side: SideOfGap;
  readonly leadsOutside: boolean;
}

function RouteWarning({ side, leadsOutside }: RouteWarningProps) {
  const isRight = leadsOutside === (side === 'connected');
  if (isRight) return null;
  return (
    <span className={styles['warn']}>
      <Icon name="alert" size={14} />
      {side === 'connected' ? texts.cutOff : texts.contradicts}
    </span>
  );
}

interface SideDialogProps {
  readonly side: SideOfGap;
  readonly onClose: () => void;
}

/** Which hosts may be called hangs on it, so nobody changes it in passing. */
function SideDialog({ side, onClose }: SideDialogProps) {
  const change = async (): Promise<void> => {
    onClose();
    if (await keep({ side })) useSettingsDesk.setState({ said: texts.changed[side] });
  };
  return (
    <Dialog
      isAlert
      title={texts.asks[side]}
      onClose={onClose}
      actions={
        <>
          <Button onPress={() => void change()}>{texts.change[side]}</Button>
          <Button variant="primary" autoFocus onPress={onClose}>
            {texts.stay}
          </Button>
        </>
      }
    >
      <p>{texts.means[side]}</p>
    </Dialog>
  );
}
