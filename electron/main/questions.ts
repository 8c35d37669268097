// Questions of the shell itself, in the system's own dialog.
import { dialog } from 'electron';
import type { BrowserWindow } from 'electron';

export interface Question {
  readonly type: 'question' | 'warning';
  readonly message: string;
  readonly detail: string;
  /** Has the focus, and is what Escape chooses. */
  readonly safe: string;
  readonly other: string;
}

/** True where the operator chose what is not the safe answer. */
export async function choosesOther(
  owner: BrowserWindow | undefined,
  { type, message, detail, safe, other }: Question,
): Promise<boolean> {
  const options = { type, message, detail, buttons: [safe, other], defaultId: 0, cancelId: 0, noLink: true };
  const { response } = await (owner === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(owner, options));
  return response === 1;
}
