// Where Airlock keeps what outlives a run: receipts, logins (DESIGN §5). One folder for all hosts.
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { AirlockError, isAirlockError } from '../../../shared/errors/airlock-error.ts';
import { fileFailure } from '../disk/file-failure.ts';

/**
 * `$AIRLOCK_HOME`, else the platform's own place. Relative values are passed over, as the XDG specification has it:
 * they would mean another folder in each working directory.
 */
export function stateFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const path = platform === 'win32' ? win32 : posix;
  const absolute = (value: string | undefined) =>
    value !== undefined && path.isAbsolute(value) ? value : undefined;
  const chosen = absolute(environment['AIRLOCK_HOME']);
  if (chosen !== undefined) return path.normalize(chosen);
  const home = absolute(environment[platform === 'win32' ? 'USERPROFILE' : 'HOME']) ?? homedir();
  if (platform === 'win32')
    return path.join(absolute(environment['LOCALAPPDATA']) ?? path.join(home, 'AppData', 'Local'), 'Airlock');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Airlock');
  return path.join(absolute(environment['XDG_STATE_HOME']) ?? path.join(home, '.local', 'state'), 'airlock');
}

/** Why nothing can be kept there, as the operator is told; a fault of ours as it is. */
export function stateFolderFailure(error: unknown, folder: string): unknown {
  const failure = fileFailure(error, folder);
  if (!isAirlockError(failure)) return failure;
  const { code, message, details } = failure;
  // The folder need not be there: it cannot be made.
  return new AirlockError(code === 'FILE_NOT_FOUND' ? 'NO_ACCESS' : code, message, {
    cause: error,
    details,
    remedy:
      'Receipts, logins and jobs are kept there. Make it writable, or name another folder in AIRLOCK_HOME.',
  });
}
