// Our own file dialog, for the web station: the files of the machine that the station runs on.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import { visible } from '../../shared/messages/visible.ts';
import type { Result } from '../../shared/ipc/types.ts';
import type { FileEntry, FolderListing, Medium } from '../../shared/station/media.ts';
import { bridge } from '../bridge/client.ts';
import type { BrowseRequest } from '../store/browse.ts';
import { titleOf } from '../texts/errors.ts';
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Checkbox.tsx';
import { DataTable } from '../ui/DataTable.tsx';
import type { Column } from '../ui/DataTable.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { formatBytes } from '../ui/quantities.ts';
import { TextField } from '../ui/TextField.tsx';
import styles from './BrowseDialog.module.css';

const words = shellTexts.browse;

interface BrowseDialogProps {
  readonly asked: BrowseRequest & { readonly answer: (paths: readonly string[]) => void };
}

export function BrowseDialog({ asked: { purpose, multiple, answer } }: BrowseDialogProps) {
  const [listing, setListing] = useState<FolderListing | null>(null);
  const [path, setPath] = useState('');
  const [media, setMedia] = useState<readonly Medium[]>([]);
  const [error, setError] = useState<WireError | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());

  const asked = useRef(0);
  /** Lists a folder and shows it, unless another was asked for since: one on a slow share answers late. */
  const open = useCallback(async (folder: string | null): Promise<Result<FolderListing> | undefined> => {
    asked.current += 1;
    const mine = asked.current;
    const result = await bridge().files.list({ folder });
    if (mine !== asked.current) return undefined;
    if (!result.ok) {
      setError(result.error);
      return result;
    }
    setError(null);
    setListing(result.value);
    setPath(result.value.folder);
    setSelected(null);
    setTicked(new Set());
    return result;
  }, []);
  useEffect(() => {
    const begin = async (): Promise<void> => {
      await open(null);
      const found = await bridge().media.list(undefined);
      if (found.ok) setMedia(found.value.filter(({ kind }) => kind !== 'folder'));
    };
    void begin();
  }, [open]);

  const isFolderWanted = purpose === 'folder';
  const toggle = (entry: FileEntry): void => {
    if (entry.kind === 'folder') return;
    setTicked((before) => {
      const next = new Set(multiple ? before : []);
      if (before.has(entry.path)) next.delete(entry.path);
      else next.add(entry.path);
      return next;
    });
  };
  const openEntry = (entry: FileEntry): void => {
    if (entry.kind === 'folder') void open(entry.path);
    else if (!isFolderWanted) answer([entry.path]);
  };
  const entries = (listing?.entries ?? []).filter(
    ({ kind, name }) =>
      kind !== 'file' || (!isFolderWanted && (purpose !== 'bundle' || name.endsWith('.airlock.tar'))),
  );
  // A single choice needs no tick: the row that is chosen is it.
  const single = entries.find((entry) => entry.path === selected && entry.kind !== 'folder');
  const chosen = isFolderWanted
    ? [path]
    : ticked.size > 0
      ? [...ticked]
      : single === undefined
        ? []
        : [single.path];
  /** A path that was typed may be a file itself, or a bundle. */
  const goTo = async (typed: string): Promise<void> => {
    const isBundle = /\.airlock(?:\.tar)?\/?$/.test(typed);
    const result = isBundle && !isFolderWanted ? undefined : await open(typed);
    if (!isFolderWanted && (isBundle || result?.ok === false)) answer([typed]);
  };
  return (
    <Dialog
      title={words.titles[purpose]}
      isWide
      onClose={() => answer([])}
      actions={
        <>
          <Button onPress={() => answer([])}>{words.cancel}</Button>
          <Button variant="primary" isDisabled={chosen.length === 0} onPress={() => answer(chosen)}>
            {isFolderWanted
              ? words.chooseFolder
              : chosen.length === 0
                ? words.chooseNone
                : words.choose(chosen.length)}
          </Button>
        </>
      }
    >
      <div className={styles['bar']}>
        <Button size="small" icon="folder" onPress={() => void open(null)}>
          {words.home}
        </Button>
        <Button
          size="small"
          isDisabled={listing?.parent === null || listing === null}
          onPress={() => void open(listing?.parent ?? null)}
        >
          {words.up}
        </Button>
        {media.map((medium) => (
          <Button
            key={medium.path}
            size="small"
            icon={medium.kind === 'usb' ? 'usb' : 'disk'}
            onPress={() => void open(medium.path)}
          >
            {medium.name}
          </Button>
        ))}
      </div>
      <TextField
        label={words.path}
        value={path}
        onChange={setPath}
        isMono
        autoFocus
        onSubmit={(typed) => void goTo(typed)}
        error={error === null ? undefined : `${titleOf(error)}. ${error.message}`}
      />
      <div className={styles['table']}>
        <DataTable
          label={words.entries}
          columns={columnsFor(multiple && !isFolderWanted, ticked, toggle)}
          rows={entries}
          rowKey={(entry) => entry.path}
          selected={selected}
          onSelect={setSelected}
          onOpen={openEntry}
          onToggle={toggle}
          empty={words.empty}
        />
      </div>
    </Dialog>
  );
}

function columnsFor(
  hasTicks: boolean,
  ticked: ReadonlySet<string>,
  toggle: (entry: FileEntry) => void,
): readonly Column<FileEntry>[] {
  const tick: Column<FileEntry> = {
    id: 'tick',
    head: <span className={styles['hidden']}>{words.ticked}</span>,
    width: 40,
    render: (entry) =>
      entry.kind === 'folder' ? null : (
        <Checkbox isSelected={ticked.has(entry.path)} onChange={() => toggle(entry)} hideLabel>
          {words.tick(visible(entry.name))}
        </Checkbox>
      ),
  };
  return [
    ...(hasTicks ? [tick] : []),
    {
      id: 'name',
      head: words.name,
      width: 'fill',
      render: ({ name, kind }) => (
        <span className={styles['name']}>
          <Icon name={kind === 'bundle' ? 'package' : kind} />
          {visible(name)}
        </span>
      ),
    },
    {
      id: 'size',
      head: words.size,
      width: 96,
      align: 'end',
      render: ({ bytes }) => (bytes === null ? '' : formatBytes(bytes)),
    },
  ];
}
