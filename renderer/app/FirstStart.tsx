// First start: on which side of the gap does this machine stand? ← → chooses, ↵ starts.
import { useEffect, useState } from 'react';
import { Radio, RadioGroup } from 'react-aria-components';
import type { SideOfGap } from '../../shared/station/settings.ts';
import { useNavigation } from '../store/navigation.ts';
import { useSession } from '../store/session.ts';
import { useSettings } from '../store/settings.ts';
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { Icon } from '../ui/Icon.tsx';
import { BrokenSettings } from './BrokenSettings.tsx';
import styles from './FirstStart.module.css';

const words = shellTexts.first;
const STATIONS_BEFORE_GAP = 2;

export function FirstStart() {
  const route = useSession(({ facts }) => facts?.route);
  const [side, setSide] = useState<SideOfGap>(route?.leadsOutside === false ? 'disconnected' : 'connected');
  // ↵ starts from wherever the focus is, save from the button, which does so itself. Radios let no key past.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) begin(side);
    };
    addEventListener('keydown', onKeyDown, { capture: true });
    return () => removeEventListener('keydown', onKeyDown, { capture: true });
  }, [side]);
  // The accent is that of the side being chosen.
  useEffect(() => {
    document.documentElement.dataset['side'] = side;
  }, [side]);
  return (
    <main className={styles['first']}>
      <BrokenSettings />
      <h1>{words.title}</h1>
      <RadioGroup
        className={styles['doors'] ?? ''}
        aria-label={words.label}
        orientation="horizontal"
        value={side}
        onChange={(value) => setSide(value === 'disconnected' ? 'disconnected' : 'connected')}
      >
        <Door side="connected" chosen={side} foot={route === undefined ? '' : words.seen(route.fact)} />
        <div className={styles['slit']} aria-hidden="true" />
        <Door side="disconnected" chosen={side} foot={words.disconnected.foot} />
        <Way side={side} />
      </RadioGroup>
      <footer>
        <span>{words.foot}</span>
        <Button variant="primary" keys="↵" onPress={() => begin(side)}>
          {words.start[side]}
        </Button>
      </footer>
    </main>
  );
}

function begin(side: SideOfGap): void {
  useNavigation.getState().go(side === 'connected' ? 'pack' : 'verify');
  void useSettings.getState().save({ side });
}

interface DoorProps {
  readonly side: SideOfGap;
  readonly chosen: SideOfGap;
  readonly foot: string;
}

function Door({ side, chosen, foot }: DoorProps) {
  const { lead, points, have } = words[side];
  return (
    <Radio
      value={side}
      className={classes(styles['door'], side === chosen && styles['on'])}
      autoFocus={side === chosen}
    >
      <span className={styles['head']}>
        <Icon name={side} size={20} />
        {shellTexts.sides[side].name}
        <span className={styles['radio']} aria-hidden="true" />
      </span>
      <span className={styles['body']}>
        <span className={styles['lead']}>{lead}</span>
        {points.map(([icon, word, text]) => (
          <span key={word} className={styles['point']}>
            <Icon name={icon} size={20} />
            <span>
              <b>{word}</b> {text}
            </span>
          </span>
        ))}
        <span className={styles['have']}>
          <b>{words.haveAtHand}</b> {have}
        </span>
        <span className={styles['foot']}>{foot}</span>
      </span>
    </Radio>
  );
}

/** The whole way, as a line through both doors; the side that was chosen is filled. */
function Way({ side }: { readonly side: SideOfGap }) {
  return (
    <div className={styles['way']} data-chosen={side} aria-hidden="true">
      {words.way.map((station, index) => {
        const isOn = index < STATIONS_BEFORE_GAP === (side === 'connected');
        return (
          <span key={station} className={classes(styles['station'], isOn && styles['reached'])}>
            {station}
          </span>
        );
      })}
      <i className={styles['medium']} />
    </div>
  );
}
