// The frame of every screen: its head with the way through, the work, one primary action, and the bundle beside the gap.
import { useContext, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { partTexts } from '../texts/parts.ts';
import { Button } from './Button.tsx';
import { classes } from './classes.ts';
import styles from './Desk.module.css';
import { Icon } from './Icon.tsx';
import { Keys } from './Keys.tsx';
import { ShellContext } from './shell-context.ts';
import type { Primary } from './shell-context.ts';

export interface Step {
  readonly id: string;
  readonly label: string;
  readonly state: 'done' | 'now' | 'todo' | 'failed';
  /** A step that was done is a link back. */
  readonly onPress?: () => void;
}

export interface DeskPanel {
  readonly desk: string;
  readonly title: string;
  readonly state?: ReactNode;
  /** The bundle stands on the line. */
  readonly isLive?: boolean;
  readonly children?: ReactNode;
  readonly foot?: ReactNode;
}

interface DeskProps {
  readonly desk: string;
  readonly title: ReactNode;
  readonly steps?: readonly Step[];
  readonly panel?: DeskPanel;
  readonly headEnd?: ReactNode;
  readonly children: ReactNode;
  /** One sentence: what the primary will do, or what blocks it. */
  readonly say: ReactNode;
  readonly quiet?: ReactNode;
  readonly plain?: ReactNode;
  readonly primary?: Primary;
  /** No line under the head: there is no way through. */
  readonly plainHead?: true;
}

export function Desk(props: DeskProps) {
  const { desk, title, steps, panel, headEnd, children, say, quiet, plain, primary, plainHead } = props;
  const { offerPrimary } = useContext(ShellContext);
  const latest = useRef(primary);
  useEffect(() => {
    latest.current = primary;
  });
  const { label, isDisabled = false, keys = 'Ctrl ↵' } = primary ?? {};
  useEffect(() => {
    if (label === undefined) return undefined;
    offerPrimary({ label, isDisabled, onPress: () => latest.current?.onPress() });
    return () => offerPrimary(null);
  }, [label, isDisabled, offerPrimary]);

  const now = steps?.find(({ state }) => state === 'now' || state === 'failed')?.id ?? steps?.at(-1)?.id;
  const heading = useHeadingFocus(`${desk} ${now ?? ''}`, isDisabled);
  const isPlain = steps === undefined || plainHead === true;
  const isAll = steps?.every(({ state }) => state === 'done') === true;
  return (
    <>
      <header
        className={classes(
          styles['head'],
          isPlain && styles['plain'],
          isAll && styles['all'],
          steps === undefined && panel?.isLive === true && styles['crossing'],
          panel === undefined && styles['wide'],
        )}
        data-region="head"
        tabIndex={-1}
      >
        <div className={styles['name']}>
          <span className={styles['desk']}>{desk}</span>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </div>
        {steps !== undefined && <Route steps={steps} />}
        {headEnd !== undefined && <div className={styles['end']}>{headEnd}</div>}
      </header>
      <main
        className={classes(styles['main'], panel === undefined && styles['wide'])}
        data-region="work"
        tabIndex={-1}
      >
        <div className={styles['work']}>{children}</div>
        <div
          className={styles['act']}
          data-region="actions"
          role="group"
          aria-label={partTexts.actions}
          tabIndex={-1}
        >
          <span className={styles['say']}>{say}</span>
          {quiet}
          {plain}
          {primary !== undefined && (
            <Button
              variant="primary"
              onPress={primary.onPress}
              isDisabled={isDisabled}
              keys={keys}
              {...(primary.icon === undefined ? {} : { icon: primary.icon })}
            >
              {primary.label}
            </Button>
          )}
        </div>
      </main>
      {panel !== undefined && <Panel panel={panel} isAll={isAll} isPlain={isPlain} />}
    </>
  );
}

/**
 * The heading takes the focus when a screen appears or the way goes on, so that nobody presses the next step's button with
 * the keys of the last one. A field that asked for the focus keeps it, and so does what lies outside of the screen.
 */
function useHeadingFocus(step: string, isDisabled: boolean) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const { activeElement } = document;
    const isLost = activeElement === null || activeElement === document.body;
    const isOfLastStep = activeElement?.matches('[data-region="actions"] *, [data-region="head"] *');
    if (isLost || isOfLastStep === true) heading.current?.focus();
  }, [step]);
  useEffect(() => {
    // A button that can't be pressed any more lets the focus fall to nowhere.
    if (isDisabled && document.activeElement?.matches('[data-variant="primary"]:disabled') === true)
      heading.current?.focus();
  }, [isDisabled]);
  return heading;
}

function Route({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className={styles['route']} aria-label={partTexts.steps}>
      {steps.map(({ id, label, state, onPress }) => (
        <li
          key={id}
          className={styles[state]}
          {...(state === 'now' || state === 'failed' ? { 'aria-current': 'step' as const } : {})}
        >
          {state === 'done' && <Icon name="check" size={14} />}
          {onPress === undefined ? (
            label
          ) : (
            <button type="button" className={styles['step']} onClick={onPress}>
              {label}
            </button>
          )}
          {(state === 'done' || state === 'failed') && (
            <span className={styles['hidden']}>{partTexts.stepStates[state]}</span>
          )}
        </li>
      ))}
    </ol>
  );
}

interface PanelProps {
  readonly panel: DeskPanel;
  readonly isAll: boolean;
  readonly isPlain: boolean;
}

function Panel({ panel, isAll, isPlain }: PanelProps) {
  const { isPanelOpen, togglePanel } = useContext(ShellContext);
  const isLive = panel.isLive ?? isAll;
  return (
    <aside className={styles['aside']} aria-label={partTexts.panel}>
      <div
        className={classes(
          styles['phead'],
          isPlain && !isLive && styles['plain'],
          isLive && styles['live'],
          isPanelOpen && styles['over'],
        )}
      >
        <div className={styles['pname']}>
          <span className={styles['desk']}>{panel.desk}</span>
          <h2>{panel.title}</h2>
        </div>
        <span className={styles['pstate']}>{panel.state}</span>
        <span className={styles['node']} aria-hidden="true" />
      </div>
      <div
        className={classes(styles['panel'], isPanelOpen && styles['over'])}
        data-region="panel"
        tabIndex={-1}
      >
        <button type="button" className={styles['spine']} aria-expanded={isPanelOpen} onClick={togglePanel}>
          {panel.state !== undefined && <span className={styles['spineState']}>{panel.state}</span>}
          <b>{panel.title}</b>
          <span className={styles['dim']}>{panel.desk}</span>
          <Keys keys="B" />
        </button>
        <div className={styles['plates']}>{panel.children}</div>
        {panel.foot !== undefined && <div className={styles['foot']}>{panel.foot}</div>}
      </div>
    </aside>
  );
}
