// Asks the operator for paths, and for a place to keep a text: by the system's own dialogs in the window, else by ours.
import { create } from 'zustand';
import { bridge } from '../bridge/client.ts';
import { isWindow } from './session.ts';
import { unwrap } from './unwrap.ts';

export interface BrowseRequest {
  readonly purpose: 'contents' | 'bundle' | 'folder' | 'certificate';
  readonly multiple: boolean;
}

interface BrowseState {
  /** Shown by the shell while it is there. */
  readonly asked: (BrowseRequest & { readonly answer: (paths: readonly string[]) => void }) | null;
}

export const useBrowseDialog = create<BrowseState>()(() => ({ asked: null }));

/** Paths that the operator chose; none where the dialog was closed. */
export async function browse(request: BrowseRequest): Promise<readonly string[]> {
  if (isWindow()) return unwrap(await bridge().dialogs.open(request));
  return new Promise((resolve) => {
    useBrowseDialog.setState({
      asked: {
        ...request,
        answer: (paths) => {
          useBrowseDialog.setState({ asked: null });
          resolve(paths);
        },
      },
    });
  });
}

/** Keeps a text where the operator says. Its path, or null where that is the browser's matter or the dialog was closed. */
export async function saveText(name: string, text: string): Promise<string | null> {
  if (isWindow()) return unwrap(await bridge().dialogs.saveText({ name, text }));
  const address = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
  return null;
}
