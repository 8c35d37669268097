// Says that the engine ended or that this page lost its station, and goes on with what it was doing by one button.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { bridge } from '../bridge/client.ts';
import { useJobs } from '../store/jobs.ts';
import { useNavigation } from '../store/navigation.ts';
import { useSession } from '../store/session.ts';
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import styles from './EngineBar.module.css';

export function EngineBar() {
  const engine = useSession(({ facts }) => facts?.engine ?? 'running');
  const [putOff, setPutOff] = useState<ReadonlySet<string>>(new Set());
  const interrupted = useJobs(({ jobs }) =>
    Object.values(jobs).find(({ id, state }) => state === 'interrupted' && !putOff.has(id)),
  );
  const go = useNavigation((state) => state.go);
  if (engine === 'gone')
    return (
      <Bar text={shellTexts.engineGone}>
        <Button size="small" onPress={() => void bridge().station.restartEngine(undefined)}>
          {shellTexts.restart}
        </Button>
      </Bar>
    );
  if (engine === 'lost') return <Bar text={shellTexts.stationLost} />;
  if (engine === 'starting') return <Bar text={shellTexts.engineStarting} />;
  if (interrupted === undefined) return null;
  const { id, title, desk } = interrupted;
  const goOn = async (): Promise<void> => {
    const job = await useJobs.getState().again(id);
    go(desk === 'verify' || desk === 'import' ? desk : 'pack', { job });
  };
  return (
    <Bar text={shellTexts.interrupted(title)}>
      <Button size="small" variant="quiet" onPress={() => setPutOff(new Set([...putOff, id]))}>
        {shellTexts.later}
      </Button>
      <Button size="small" onPress={() => void goOn()}>
        {shellTexts.goOnJob(title)}
      </Button>
    </Bar>
  );
}

function Bar({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  return (
    <div className={styles['bar']} role="alert">
      <Icon name="alert" />
      <span>{text}</span>
      {children}
    </div>
  );
}
