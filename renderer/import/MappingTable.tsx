// Every item with its name at the target; ↵ edits a name, Esc drops the edit, Space takes an item out and back in.
import { useState } from 'react';
import { importTexts } from '../texts/import.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/copy-text.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Reference } from '../ui/Reference.tsx';
import { StateWord } from '../ui/StateWord.tsx';
import type { ItemWord } from '../texts/states.ts';
import styles from './Import.module.css';
import { decide, rename, toggleLeft } from './import-store.ts';
import type { JudgedRow, MappingState } from './mapping.ts';
import { NameField } from './NameField.tsx';

const words = importTexts.mapping;
const SHOWN_DIGITS = 12;

const WORD_OF: Readonly<Record<MappingState, ItemWord>> = {
  toPush: 'toPush',
  present: 'present',
  conflict: 'conflict',
  left: 'leftOut',
  overwrite: 'overwrite',
  notLooked: 'notLooked',
};

interface MappingTableProps {
  readonly rows: readonly JudgedRow[];
  readonly host: string;
  readonly prefix: string;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
  readonly isKnown: boolean;
}

export function MappingTable({ rows, host, prefix, selected, onSelect, isKnown }: MappingTableProps) {
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <DataTable
      label={words.title}
      rows={rows}
      rowKey={rowKey}
      selected={selected}
      onSelect={onSelect}
      onOpen={(row) => {
        if (row.isEditable) setEditing(row.key);
      }}
      onToggle={(row) => toggleLeft(row.key)}
      onCopy={({ row }) => void copyText(row.digest)}
      isFaulty={isConflict}
      empty={isKnown ? words.filter : words.lookingStart(host)}
      below={(row) => (
        <Below row={row} isSelected={rowKey(row) === selected} onEdit={() => setEditing(row.key)} />
      )}
      columns={[
        {
          id: 'state',
          head: words.state,
          width: 144,
          render: ({ state }) => <StateWord state={WORD_OF[state]} />,
        },
        {
          id: 'item',
          head: words.inBundle,
          width: 'fill',
          render: ({ row, isEditable }) => (
            <span className={isEditable ? '' : styles['attached']}>
              <Reference kind={row.kind} reference={row.item} />
            </span>
          ),
        },
        {
          id: 'arrow',
          head: <span className={styles['hidden']}>{words.becomes}</span>,
          width: 32,
          render: () => <Icon name="arrow" />,
        },
        {
          id: 'target',
          head: words.at(host),
          width: 'fill',
          render: (row) =>
            editing === row.key && row.isEditable ? (
              <NameField
                key={row.key}
                row={row}
                prefix={prefix}
                onDone={(name) => {
                  setEditing(null);
                  if (name !== undefined) rename(row.key, name);
                }}
              />
            ) : (
              <Reference reference={row.name} />
            ),
        },
      ]}
    />
  );
}

function rowKey({ key, row }: JudgedRow): string {
  return row.attachedTo === undefined ? key : `${key} ${row.digest} ${row.target}`;
}

const isConflict = ({ state, isEditable }: JudgedRow): boolean => isEditable && state === 'conflict';

interface BelowProps {
  readonly row: JudgedRow;
  readonly isSelected: boolean;
  readonly onEdit: () => void;
}

/** Why a row is in conflict, and the ways out; what can be done with any other row, once it is chosen. */
function Below({ row, isSelected, onEdit }: BelowProps) {
  const { key, row: asked, state, rivals, isEdited, isEditable } = row;
  if (!isEditable) return null;
  const isTaken = state === 'conflict' && rivals.length === 0;
  if (state !== 'conflict' && !isSelected) return null;
  return (
    <div className={styles['below']}>
      {rivals.length > 0 && <p className={styles['fail']}>{words.rivals(rivals.join(', '))}</p>}
      {isTaken && <p>{words.taken(shortened(asked.thereDigest ?? ''), shortened(asked.digest))}</p>}
      <div className={styles['ways']}>
        {isTaken && (
          <>
            <Button size="small" onPress={() => decide(key, 'skip')}>
              {words.keepTheirs}
            </Button>
            <Button size="small" onPress={() => decide(key, 'overwrite')}>
              {words.overwrite}
            </Button>
          </>
        )}
        {state !== 'left' && (
          <Button size="small" onPress={onEdit}>
            {words.otherName}
          </Button>
        )}
        {isEdited && (
          <Button size="small" variant="quiet" onPress={() => rename(key, undefined)}>
            {words.ownName}
          </Button>
        )}
        <Button size="small" variant="quiet" onPress={() => toggleLeft(key)}>
          {state === 'left' ? words.takeIn : words.leaveOut}
        </Button>
      </div>
    </div>
  );
}

function shortened(digest: string): string {
  const at = digest.indexOf(':');
  return digest.slice(at + 1, at + 1 + SHOWN_DIGITS);
}
