// The items of a lock: digest, what comes along, size, and the bytes that no item before brought; ↵ unfolds what an item holds.
import { useState } from 'react';
import { announce } from '../store/announcer.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Bytes } from '../ui/Bytes.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { Digest } from '../ui/Digest.tsx';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import { correct, keepDigest, setGoes } from './contents-actions.ts';
import { FaultyRow } from './FaultyRow.tsx';
import { HeldByItem } from './HeldByItem.tsx';
import { startLock } from './lock-actions.ts';
import { MovedRow } from './MovedRow.tsx';
import { comesAlong, isUnsigned } from './lock-rows.ts';
import type { LockLine } from './lock-rows.ts';
import styles from './Lock.module.css';

const texts = packTexts.lock;
const STATES = {
  queued: 'queued',
  running: 'checking',
  locked: 'locked',
  moved: 'moved',
  failed: 'failed',
} as const;

const ALONG: Column<LockLine> = {
  id: 'along',
  head: texts.along,
  width: 120,
  render: ({ row }) => {
    if (row === null) return null;
    const words = comesAlong(row);
    if (isUnsigned(row))
      return (
        <span title={texts.unsignedMeans} className={styles['warn']}>
          {words === '' ? texts.unsigned : texts.unsignedWith(words)}
        </span>
      );
    return (
      <span title={words} className={styles['dim']}>
        {words}
      </span>
    );
  },
};

interface LockTableProps {
  readonly lines: readonly LockLine[];
  /** Whether faulty rows may be mended: not while the lock runs, nor in a lock that somebody else made. */
  readonly mayMend: boolean;
}

export function LockTable({ lines, mayMend }: LockTableProps) {
  const [selected, setSelected] = useState<string | null>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const most = lines.reduce((largest, { row }) => Math.max(largest, row?.newBytes ?? 0), 1);

  const hasAlong = lines.some(({ row }) => row !== null && row.attached.length > 0);

  const toggle = ({ key }: LockLine): void =>
    setUnfolded((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  const below = (line: LockLine) => {
    if (line.state === 'failed' && line.error !== null)
      return (
        <FaultyRow
          reference={line.reference}
          error={line.error}
          {...(mayMend
            ? {
                onChange: (text: string) => correct(line.key, text),
                onLeaveOut: () => setGoes([line.key], false),
              }
            : {})}
        >
          {mayMend && (
            <Button size="small" icon="again" onPress={() => void startLock()}>
              {texts.tryAgain}
            </Button>
          )}
        </FaultyRow>
      );
    const { row, key } = line;
    if (row === null) return null;
    const held = unfolded.has(key) ? <HeldByItem row={row} hasAlong={hasAlong} /> : null;
    if (row.moved === null) return held;
    const { before, isServed } = row.moved;
    const keep = () => {
      if (keepDigest(key, before)) void startLock();
    };
    return (
      <>
        <MovedRow moved={row.moved} onKeep={mayMend && isServed ? keep : undefined} />
        {held}
      </>
    );
  };
  return (
    <DataTable
      label={texts.table}
      rows={lines}
      rowKey={({ key }) => key}
      selected={selected}
      onSelect={setSelected}
      onOpen={toggle}
      onCopy={({ row }) => {
        if (row === null || row.digest === null) return;
        void copyText(row.digest).then(() => announce(texts.copied));
      }}
      isFaulty={({ state }) => state === 'failed' || state === 'moved'}
      below={below}
      empty={packTexts.contents.none}
      sort={{ id: 'new', direction: 'descending' }}
      columns={[
        {
          id: 'state',
          head: texts.state,
          width: 96,
          render: ({ state }) => <StateWord state={STATES[state]} />,
        },
        {
          id: 'item',
          head: texts.item,
          width: 'fill',
          render: ({ kind, reference }) => <Reference kind={kind} reference={reference} />,
          compare: (one, other) => one.reference.localeCompare(other.reference),
        },
        {
          id: 'digest',
          head: texts.digest,
          width: 148,
          render: ({ row }) =>
            row === null || row.digest === null ? null : <Digest value={row.digest} canCopy />,
        },
        ...(hasAlong ? [ALONG] : []),
        {
          id: 'size',
          head: texts.size,
          width: 76,
          align: 'end',
          render: ({ row }) => (row === null ? null : <Bytes value={row.bytes} />),
          compare: (one, other) => (one.row?.bytes ?? 0) - (other.row?.bytes ?? 0),
        },
        {
          id: 'new',
          head: texts.newBytes,
          width: 136,
          align: 'end',
          render: ({ row }) =>
            row === null ? null : (
              <span className={styles['new']}>
                <Bytes value={row.newBytes} />
                <span className={styles['share']} aria-hidden="true">
                  <i style={{ width: Math.round((row.newBytes / most) * 47) }} />
                </span>
              </span>
            ),
          compare: (one, other) => (one.row?.newBytes ?? 0) - (other.row?.newBytes ?? 0),
        },
      ]}
    />
  );
}
