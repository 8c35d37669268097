// The preload as it is built for the page: what it exposes, what it sends, and that nothing of Electron comes through.
import { EventEmitter } from 'node:events';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { channelName, channels } from '../../../shared/ipc/channels.ts';

const exposed = new Map<string, Record<string, Record<string, (...values: unknown[]) => unknown>>>();
const ipcRenderer = Object.assign(new EventEmitter(), {
  invoke: vi.fn((channel: string, input: unknown) => Promise.resolve([channel, input])),
});

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, api: never) => exposed.set(name, api) },
  ipcRenderer,
  webUtils: { getPathForFile: (file: File) => (file.name === 'made' ? '' : `/media/${file.name}`) },
}));

describe('the preload', () => {
  let api: Record<string, Record<string, (...values: unknown[]) => unknown>>;
  beforeAll(async () => {
    await import('../../../electron/preload/preload.ts');
    api = exposed.get('airlock') ?? {};
  });

  it('exposes one name, with a function for each channel and one for dropped files', () => {
    expect([...exposed.keys()]).toEqual(['airlock']);
    const { pathsOf, ...groups } = api;
    expect(typeof pathsOf).toBe('function');
    const names = Object.fromEntries(
      Object.entries(groups).map(([group, calls]) => [group, Object.keys(calls)]),
    );
    expect(names).toEqual(
      Object.fromEntries(Object.entries(channels).map(([group, calls]) => [group, Object.keys(calls)])),
    );
    for (const calls of Object.values(groups))
      for (const call of Object.values(calls)) expect(typeof call).toBe('function');
  });

  it('calls its own channel with one input, whatever else is handed to it', async () => {
    const answer = await api['bundles']?.['inspect']?.({ bundle: '/a' }, 'more');
    expect(answer).toEqual([channelName('bundles', 'inspect'), { bundle: '/a' }]);
    expect(ipcRenderer.invoke).toHaveBeenLastCalledWith('airlock:bundles.inspect', { bundle: '/a' });
  });

  it('hands a listener the payload alone, until it is taken off', () => {
    const heard: unknown[][] = [];
    const off = api['jobs']?.['changed']?.((...values: unknown[]) => heard.push(values)) as () => unknown;
    ipcRenderer.emit('airlock:jobs.changed', { sender: ipcRenderer }, { id: 'a' }, 'more');
    expect(off()).toBeUndefined();
    ipcRenderer.emit('airlock:jobs.changed', {}, { id: 'b' });
    expect(heard).toEqual([[{ id: 'a' }]]);
    expect(ipcRenderer.listenerCount('airlock:jobs.changed')).toBe(0);
  });

  it('tells where files lie, and leaves out those that lie nowhere', async () => {
    const files = [new File([], 'a.tar'), new File([], 'made')];
    expect(await (api['pathsOf'] as unknown as (given: File[]) => Promise<string[]>)(files)).toEqual([
      '/media/a.tar',
    ]);
  });
});
