// The settings of a machine before anybody chose. Apart from their schema, since the screens parse nothing and carry no parser.
import type { Settings } from './settings.ts';

/** Of a machine that nobody has set up. */
export const DEFAULT_SETTINGS: Settings = {
  side: null,
  theme: 'system',
  letterKeys: true,
  registries: [],
  certificates: [],
  proxy: { address: '', except: '' },
  limits: { perHost: 8, blobs: 8, bytesPerSecond: null },
  folders: { lists: '', bundles: '' },
};
