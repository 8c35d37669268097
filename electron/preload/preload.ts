// Puts the contract on the page as plain functions, and nothing else of Electron: no channel to choose, no event object.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { IpcRendererEvent } from 'electron';
import { channelName, channels } from '../../shared/ipc/channels.ts';

const invoke = (channel: string) => (input: unknown) => ipcRenderer.invoke(channel, input);

const listen = (channel: string) => (listener: (payload: unknown) => void) => {
  const hear = (_event: IpcRendererEvent, payload: unknown) => listener(payload);
  ipcRenderer.on(channel, hear);
  return () => {
    ipcRenderer.off(channel, hear);
  };
};

const groups = Object.entries(channels).map(([group, names]) => [
  group,
  Object.fromEntries(
    Object.entries(names).map(([name, kind]) => {
      const channel = channelName(group, name);
      return [name, kind === 'invoke' ? invoke(channel) : listen(channel)];
    }),
  ),
]);

contextBridge.exposeInMainWorld('airlock', {
  ...Object.fromEntries(groups),
  // A file that was made in the page lies nowhere.
  pathsOf: (files: readonly File[]) =>
    Promise.resolve(files.map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')),
});
