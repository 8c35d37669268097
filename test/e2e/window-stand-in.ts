// The desktop application as it is built, on the stand-in for Electron (test/support/electron/README.md).
import { join } from 'node:path';
import { launchStandIn } from '../support/electron/stand-in.ts';
import type { OpenHost } from './station.ts';

export const openStandIn: OpenHost = async ({ environment, stateFolder, paths, viewport }) => {
  const started = await launchStandIn({ environment, stateFolder, parameters: paths, viewport });
  return {
    page: started.page,
    enginePid: () => {
      const { pid } = started.all('utilityProcess').at(-1) as { readonly pid: number };
      return Promise.resolve(pid);
    },
    choose: (chosen) => {
      started.answers = { ...started.answers, open: () => chosen };
    },
    saveIn: (folder) => {
      const save = ({ defaultPath = '' }: { readonly defaultPath?: string }) => join(folder, defaultPath);
      started.answers = { ...started.answers, save };
    },
    close: () => started.close(),
  };
};
