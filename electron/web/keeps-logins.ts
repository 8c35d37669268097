// How `registries.login` would keep a password on this machine, told before one is typed.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { StationFacts } from '../../shared/ipc/schemas.ts';

const DockerConfig = z.object({ credsStore: z.string().optional() });

/** By the helper that docker's configuration names for all registries, else in a file of Airlock's own. */
export async function keepsLogins(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<StationFacts['keepsLogins']> {
  const folder = environment['DOCKER_CONFIG'] ?? join(environment['HOME'] ?? homedir(), '.docker');
  try {
    const { credsStore = '' } = DockerConfig.parse(
      JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')),
    );
    return credsStore === '' ? 'plainFile' : 'helper';
  } catch {
    return 'plainFile';
  }
}
