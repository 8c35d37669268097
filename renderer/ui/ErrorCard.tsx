// What happened, what Airlock did about it, where, and what next; the technical part folded away and copyable.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import { visible } from '../../shared/messages/visible.ts';
import { errorTexts, nextOf, titleOf, triedOf } from '../texts/errors.ts';
import { classes } from './classes.ts';
import { CopyButton } from './CopyButton.tsx';
import styles from './ErrorCard.module.css';
import { Icon } from './Icon.tsx';

interface ErrorCardProps {
  readonly error: WireError;
  readonly tone?: 'fail' | 'warn';
  /** In place of the code's own title. */
  readonly title?: string;
  readonly sentence?: ReactNode;
  /** In place of what the code says to do next. */
  readonly next?: string | undefined;
  /** Which way the bytes go: from a source into a bundle, or out of a bundle. */
  readonly side: 'pack' | 'import' | 'verify';
  readonly actions?: ReactNode;
}

export function ErrorCard({ error, tone = 'fail', title, sentence, next, side, actions }: ErrorCardProps) {
  const [isOpen, setOpen] = useState(false);
  const details = detailLines(error).map(visible);
  const tried = triedOf(error);
  return (
    <section className={classes(styles['card'], styles[tone])} aria-label={title ?? titleOf(error)}>
      <div className={styles['what']}>
        <Icon name={tone === 'fail' ? 'close' : 'alert'} />
        <div>
          <b>{title ?? titleOf(error)}</b>
          <p>
            {sentence ?? error.message}
            {tried !== undefined && errorTexts.tried(tried)}
          </p>
        </div>
      </div>
      <dl className={styles['facts']}>
        <dt>{errorTexts.where}</dt>
        <dd>
          <Axis error={error} side={side} />
        </dd>
        <dt>{errorTexts.next}</dt>
        <dd>{next ?? nextOf(error)}</dd>
      </dl>
      {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      <div className={styles['fold']}>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className={styles['folder'] ?? ''}
        >
          <Icon name={isOpen ? 'open' : 'closed'} size={14} />
          {errorTexts.details}
          {!isOpen && <span className={styles['peek']}>{error.code}</span>}
        </button>
        {isOpen && <CopyButton text={details.join('\n')} label={errorTexts.copyDetails} isWorded />}
      </div>
      {isOpen && (
        <pre className={styles['details']} tabIndex={0} aria-label={errorTexts.details}>
          {details.join('\n')}
        </pre>
      )}
    </section>
  );
}

/** The places of a transfer, one of them marked. */
function Axis({ error, side }: Pick<ErrorCardProps, 'error' | 'side'>) {
  const places = errorTexts.places;
  const at = error.side === 'input' || error.side === 'airlock' ? 'machine' : error.side;
  const all = (
    side === 'pack'
      ? ['source', 'machine', 'bundle']
      : side === 'verify'
        ? ['bundle', 'machine']
        : ['bundle', 'machine', 'target']
  ) as readonly (keyof typeof places)[];
  const shown = all.includes(at) ? all : [...all, at];
  return (
    <span className={styles['axis']}>
      {side !== 'pack' && <i className={styles['gap']} aria-hidden="true" />}
      {shown.map((place) => (
        <span key={place} className={classes(styles['place'], place === at && styles['at'])}>
          {places[place]}
          {place === at && <span className={styles['hidden']}>{errorTexts.here}</span>}
        </span>
      ))}
      {side === 'pack' && <i className={styles['gap']} aria-hidden="true" />}
    </span>
  );
}

function detailLines(error: WireError): readonly string[] {
  const rows: [string, string][] = [
    ['code', error.code],
    ['message', error.message],
    ['remedy', error.remedy],
    ...Object.entries(error.details).map(([key, value]): [string, string] => [
      key,
      typeof value === 'object' ? value.join('\n') : String(value),
    ]),
    ...error.causes.map((cause): [string, string] => ['cause', cause]),
  ];
  const width = Math.max(...rows.map(([key]) => key.length)) + 2;
  return rows.map(
    ([key, value]) => `${key.padEnd(width)}${value.replaceAll('\n', `\n${' '.repeat(width)}`)}`,
  );
}
