// The bundles that can be served, each with a tick.
import { useEffect } from 'react';
import { serveTexts } from '../texts/serve.ts';
import { Bytes } from '../ui/Bytes.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Checkbox.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { Icon } from '../ui/Icon.tsx';
import { When } from '../ui/When.tsx';
import type { BundleChoice } from './choices.ts';
import styles from './Serve.module.css';
import { browseForBundles, lookAtBundle } from './serve-actions.ts';
import { changeForm, toggleBundle } from './serve-store.ts';

const texts = serveTexts.choose;

interface BundleTableProps {
  readonly choices: readonly BundleChoice[];
  readonly ticked: readonly string[];
}

export function BundleTable({ choices, ticked }: BundleTableProps) {
  const unknown = choices.find(({ found, isReadable }) => found === null && isReadable)?.path;
  useEffect(() => {
    if (unknown !== undefined) void lookAtBundle(unknown);
  }, [unknown]);
  const columns: readonly Column<BundleChoice>[] = [
    {
      id: 'tick',
      head: (
        <Checkbox
          isSelected={choices.every(({ path }) => ticked.includes(path))}
          isIndeterminate={ticked.length > 0 && !choices.every(({ path }) => ticked.includes(path))}
          onChange={(isAll) => changeForm({ ticked: isAll ? choices.map(({ path }) => path) : [] })}
          hideLabel
        >
          {texts.tickAll}
        </Checkbox>
      ),
      width: 36,
      render: ({ path, name, medium }) => (
        <Checkbox isSelected={ticked.includes(path)} onChange={() => toggleBundle(path)} hideLabel>
          {texts.tick(name, medium?.name ?? path)}
        </Checkbox>
      ),
    },
    {
      id: 'bundle',
      head: texts.bundle,
      width: 'fill',
      render: ({ name, path }) => (
        <span className={styles['two']}>
          <b>{name}</b>
          <small title={path}>{path}</small>
        </span>
      ),
    },
    {
      id: 'medium',
      head: texts.medium,
      width: 200,
      render: (choice) => <Place choice={choice} />,
    },
    {
      id: 'sealed',
      head: texts.sealed,
      width: 156,
      render: ({ found }) => (found === null ? '' : <When iso={found.created} />),
    },
    {
      id: 'size',
      head: texts.size,
      width: 96,
      align: 'end',
      render: ({ found }) => (found === null ? '' : <Bytes value={found.bytes} />),
    },
  ];
  return (
    <>
      <DataTable
        label={texts.table}
        rows={choices}
        rowKey={({ path }) => path}
        rowHeight={44}
        columns={columns}
        onToggle={({ path }) => toggleBundle(path)}
        isFaulty={({ isReadable }) => !isReadable}
      />
      <div className={styles['under']}>
        <span className={styles['dim']}>{texts.appear}</span>
        <Button size="small" icon="folder" onPress={() => void browseForBundles()}>
          {texts.browse}
        </Button>
      </div>
    </>
  );
}

function Place({ choice: { medium, isReadable } }: { readonly choice: BundleChoice }) {
  if (!isReadable)
    return (
      <span className={styles['fail']}>
        <Icon name="close" size={14} />
        {texts.gone}
      </span>
    );
  return (
    <span className={styles['place']}>
      <Icon name={medium?.kind ?? 'folder'} />
      {medium?.name ?? texts.given}
    </span>
  );
}
