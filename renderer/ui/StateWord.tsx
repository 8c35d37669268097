// A state: icon, word and colour, always all three.
import type { ItemWord } from '../texts/states.ts';
import { stateTexts } from '../texts/states.ts';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import styles from './StateWord.module.css';

type Tone = 'ok' | 'warn' | 'fail' | 'running' | 'quiet';

const LOOKS: Readonly<Record<ItemWord, readonly [IconName, Tone]>> = {
  queued: ['queued', 'quiet'],
  shared: ['equal', 'quiet'],
  present: ['equal', 'quiet'],
  skipped: ['skip', 'quiet'],
  cancelled: ['minus', 'quiet'],
  leftOut: ['minus', 'quiet'],
  notAsked: ['queued', 'quiet'],
  notTested: ['queued', 'quiet'],
  toPush: ['queued', 'quiet'],
  downloading: ['down', 'running'],
  sending: ['up', 'running'],
  checking: ['scan', 'running'],
  notSealed: ['pencil', 'running'],
  overwrite: ['up', 'running'],
  notLooked: ['question', 'warn'],
  done: ['check', 'ok'],
  found: ['check', 'ok'],
  locked: ['check', 'ok'],
  intact: ['check', 'ok'],
  sealed: ['check', 'ok'],
  imported: ['check', 'ok'],
  verified: ['check', 'ok'],
  ok: ['check', 'ok'],
  on: ['check', 'ok'],
  waiting: ['timer', 'warn'],
  paused: ['pause', 'warn'],
  guess: ['question', 'warn'],
  unexpected: ['plus', 'warn'],
  moved: ['alert', 'warn'],
  incomplete: ['alert', 'warn'],
  interrupted: ['pause', 'warn'],
  litter: ['minus', 'quiet'],
  conflict: ['alert', 'fail'],
  failed: ['close', 'fail'],
  refused: ['close', 'fail'],
  missing: ['ban', 'fail'],
  damaged: ['octagon', 'fail'],
  complete: ['check', 'ok'],
  unsigned: ['alert', 'warn'],
  toJudge: ['alert', 'warn'],
  added: ['plus', 'ok'],
  changed: ['pencil', 'quiet'],
  sameTag: ['alert', 'warn'],
  removed: ['minus', 'quiet'],
};

interface StateWordProps {
  readonly state: ItemWord;
  /** In place of the state's own word: `1 item failed`. */
  readonly word?: string;
}

export function StateWord({ state, word }: StateWordProps) {
  const [icon, tone] = LOOKS[state];
  return (
    <span className={classes(styles['state'], styles[tone])}>
      <Icon name={icon} size={14} />
      {word ?? stateTexts[state]}
    </span>
  );
}
