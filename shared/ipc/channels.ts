// Every call and event between a station's screens and what runs them, once. Imports nothing: the preload is built from it.

/** invoke: a question with one answer. event: told to the screens as it happens. */
export const channels = {
  station: {
    describe: 'invoke',
    restartEngine: 'invoke',
    changed: 'event',
    opened: 'event',
    command: 'event',
  },
  settings: { get: 'invoke', save: 'invoke', broken: 'invoke', changed: 'event' },
  contents: { read: 'invoke', write: 'invoke', suggest: 'invoke' },
  media: { list: 'invoke', eject: 'invoke' },
  files: { list: 'invoke' },
  bundles: { inspect: 'invoke', diff: 'invoke' },
  jobs: {
    list: 'invoke',
    items: 'invoke',
    result: 'invoke',
    start: 'invoke',
    again: 'invoke',
    pause: 'invoke',
    goOn: 'invoke',
    cancel: 'invoke',
    answer: 'invoke',
    forget: 'invoke',
    changed: 'event',
    itemsChanged: 'event',
    progress: 'event',
  },
  serve: { state: 'invoke', start: 'invoke', stop: 'invoke', changed: 'event' },
  history: { list: 'invoke', receipt: 'invoke' },
  registries: { test: 'invoke', login: 'invoke', logout: 'invoke' },
  reports: { render: 'invoke' },
  dialogs: { open: 'invoke', saveText: 'invoke', showInFolder: 'invoke' },
} as const;

export type Channels = typeof channels;

/** The name a channel has on the wire. */
export const channelName = (group: string, name: string): string => `airlock:${group}.${name}`;
