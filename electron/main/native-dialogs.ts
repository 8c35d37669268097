// The system's own dialogs: where operators choose what is read, and where a text they keep is written.
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute } from 'node:path';
import type { BrowserWindow, Dialog, OpenDialogOptions, Shell } from 'electron';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { Handlers } from '../../shared/ipc/types.ts';
import { writeKeptFile } from '../host/write-file.ts';
import { dialogWords } from './words.ts';

type Purpose = Parameters<Handlers['dialogs']['open']>[0]['purpose'];

export interface DialogParts {
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showSaveDialog'>;
  readonly shell: Pick<Shell, 'showItemInFolder'>;
  /** The window that a dialog belongs to. */
  readonly window: () => BrowserWindow | undefined;
  readonly platform: NodeJS.Platform;
}

export function createDialogHandlers(parts: DialogParts): Handlers['dialogs'] {
  const { dialog, shell, window, platform } = parts;
  return {
    async open({ purpose, multiple }) {
      const options = openOptions(purpose, multiple, platform);
      const owner = window();
      const { canceled, filePaths } = await (owner === undefined
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(owner, options));
      if (canceled) return [];
      return purpose === 'bundle' ? filePaths.map(bundleOf) : filePaths;
    },
    async saveText({ name, text }) {
      const options = { title: dialogWords.save, defaultPath: plainName(name) };
      const owner = window();
      const { canceled, filePath } = await (owner === undefined
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(owner, options));
      if (canceled || filePath === '') return null;
      await writeKeptFile(filePath, text);
      return filePath;
    },
    async showInFolder({ path }) {
      if (!isAbsolute(path) || (await stat(path).catch(() => undefined)) === undefined)
        throw new AirlockError('FILE_NOT_FOUND', `${path} is not there.`, { details: { path } });
      shell.showItemInFolder(path);
      return undefined;
    },
  };
}

const ALL_FILES = { name: dialogWords.kinds.all, extensions: ['*'] };
const CONTENTS = ['yaml', 'yml', 'txt', 'json', 'tgz', 'tar', 'gz'];

function openOptions(purpose: Purpose, multiple: boolean, platform: NodeJS.Platform): OpenDialogOptions {
  const title = dialogWords[purpose];
  const several = multiple ? (['multiSelections'] as const) : [];
  if (purpose === 'folder') return { title, properties: ['openDirectory', 'createDirectory', ...several] };
  // Only macOS has a dialog that takes files and folders; elsewhere a bundle's folder is chosen by the airlock.json in it.
  const folders = purpose === 'bundle' && platform === 'darwin' ? (['openDirectory'] as const) : [];
  const filters = {
    contents: [ALL_FILES, { name: dialogWords.kinds.contents, extensions: CONTENTS }],
    bundle: [{ name: dialogWords.kinds.bundle, extensions: ['tar', 'json'] }, ALL_FILES],
    certificate: [{ name: dialogWords.kinds.certificate, extensions: ['pem', 'crt', 'cer'] }, ALL_FILES],
  };
  return { title, properties: ['openFile', ...folders, ...several], filters: filters[purpose] };
}

function bundleOf(path: string): string {
  return basename(path) === 'airlock.json' ? dirname(path) : path;
}

/** A page may name a file, not a folder. */
function plainName(name: string): string {
  return (
    name
      .replaceAll(/[/\\:*?"<>|]/g, '-')
      .replaceAll(/\p{Cc}/gu, '')
      .replace(/^\.+/, '') || 'airlock'
  );
}
