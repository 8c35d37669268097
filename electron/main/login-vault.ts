// Keeps registry logins in the system's keyring, for the engine alone: no screen ever gets one. Without a keyring keeps none.
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import { AirlockError } from '../../shared/errors/airlock-error.ts';
import type { HostAnswer, HostQuestion } from '../host/wire.ts';
import { writeStateFile } from '../host/write-file.ts';

/** As much of Electron's safeStorage as is needed. */
export interface Keyring {
  isAsyncEncryptionAvailable(): Promise<boolean>;
  encryptStringAsync(text: string): Promise<Buffer>;
  decryptStringAsync(encrypted: Buffer): Promise<{ readonly result: string }>;
  /** On Linux alone. */
  getSelectedStorageBackend(): string;
}

export interface LoginVault {
  /** False where there is no keyring, or one that keeps its key in plain text. */
  isUsable(): Promise<boolean>;
  /** Throws CREDENTIAL_HELPER_FAILED where a login shall be kept and cannot be. */
  answer(question: HostQuestion): Promise<HostAnswer>;
}

const Logins = z.record(z.string(), z.strictObject({ username: z.string(), password: z.string() }));
type Logins = z.infer<typeof Logins>;

/** What Chromium falls back to: a key that everybody knows. */
const NO_KEYRING = new Set(['basic_text', 'unknown']);

/** Opened when first needed: a keyring may ask its owner to unlock it. After Electron's ready. */
export function createLoginVault(
  keyring: Keyring,
  stateFolder: string,
  platform: NodeJS.Platform,
): LoginVault {
  const path = join(stateFolder, 'logins.bin');

  const isUsable = async (): Promise<boolean> =>
    (platform !== 'linux' || !NO_KEYRING.has(keyring.getSelectedStorageBackend())) &&
    (await keyring.isAsyncEncryptionAvailable().catch(() => false));

  const read = async (): Promise<Logins> => {
    const encrypted = await readFile(path).catch(() => undefined);
    if (encrypted === undefined) return {};
    try {
      const { result } = await keyring.decryptStringAsync(encrypted);
      return Logins.parse(JSON.parse(result));
    } catch {
      // Another key than it was written with: of another user, or of a keyring that was made anew.
      await rename(path, `${path}.unreadable`);
      return {};
    }
  };

  const change = async (edit: (logins: Logins) => Logins): Promise<void> => {
    const logins = edit(await read());
    if (Object.keys(logins).length === 0) await rm(path, { force: true });
    else await writeStateFile(path, await keyring.encryptStringAsync(JSON.stringify(logins)));
  };

  /** One after another, so that no change is lost to the one beside it. */
  const inTurn = pLimit(1);

  const answer = async (question: HostQuestion): Promise<HostAnswer> => {
    const usable = await isUsable();
    switch (question.what) {
      case 'login': {
        const logins = usable ? await read() : {};
        const login = Object.hasOwn(logins, question.host) ? logins[question.host] : undefined;
        return { what: 'login', login: login ?? null };
      }
      case 'storeLogin': {
        const { host, username, password } = question;
        if (!usable) throw noKeyring(host);
        await change((logins) => ({ ...logins, [host]: { username, password } }));
        return { what: 'storeLogin', storedIn: 'the keyring of this machine', plainText: false };
      }
      default:
        if (usable)
          await change((logins) =>
            Object.fromEntries(Object.entries(logins).filter(([host]) => host !== question.host)),
          );
        return { what: 'forgetLogin' };
    }
  };

  return { isUsable, answer: (question) => inTurn(() => answer(question)) };
}

function noKeyring(host: string): AirlockError {
  return new AirlockError(
    'CREDENTIAL_HELPER_FAILED',
    `The login for ${host} was not kept: this machine has no keyring, and a file would hold it in plain text.`,
    { remedy: 'Unlock or install a keyring (GNOME Keyring, KWallet), or give the login when a job asks.' },
  );
}
