// Entries of transfer lists and the context they are resolved in, for tests of single resolvers.
import { quietContext } from '../../electron/engine/jobs/job-context.ts';
import type {
  ChartEntry,
  FileEntry,
  ImageEntry,
  ResolveContext,
} from '../../electron/engine/content/index.ts';
import type { RegistryClient } from '../../electron/engine/registry/index.ts';

type RegistryImage = Extract<ImageEntry, { readonly from: 'registry' }>;
type RegistryChart = Extract<ChartEntry, { readonly from: 'registry' }>;
type LocalFile = Extract<FileEntry, { readonly from: 'path' }>;

/** An image of a registry, in line 7 of list.yaml. */
export function imageEntry(overrides: Partial<RegistryImage> = {}): RegistryImage {
  return {
    kind: 'image',
    from: 'registry',
    at: { file: 'list.yaml', line: 7, column: 5 },
    base: '/lists',
    ref: 'registry.example.com/app:1.0',
    mirror: undefined,
    platforms: undefined,
    index: undefined,
    ownPlatforms: false,
    ownIndex: false,
    ...overrides,
  };
}

/** A chart of a registry. */
export function chartEntry(overrides: Partial<RegistryChart> = {}): RegistryChart {
  return {
    kind: 'chart',
    from: 'registry',
    at: { file: 'list.yaml', line: 7, column: 5 },
    base: '/lists',
    ref: 'registry.example.com/charts/app:1.0.0',
    mirror: undefined,
    ...overrides,
  };
}

/** A local file. */
export function fileEntry(overrides: Partial<LocalFile> = {}): LocalFile {
  return {
    kind: 'file',
    from: 'path',
    at: { file: 'list.yaml', line: 7, column: 5 },
    base: '/lists',
    path: './tool.bin',
    as: 'tool.bin',
    executable: false,
    sha256: undefined,
    sha512: undefined,
    checksum: undefined,
    ...overrides,
  };
}

/** A context without a store: nothing that is resolved through it may keep a file. */
export function resolveContext({ client }: { readonly client: RegistryClient }): ResolveContext {
  return {
    job: quietContext(),
    client,
    store: {
      folder: '/nowhere',
      keep: () => Promise.reject(new TypeError('nothing is to be kept here')),
      pathOf: (digest) => `/nowhere/${digest}`,
      has: () => Promise.resolve(undefined),
    },
    lockBase: '/lists',
    noFetch: false,
    environment: {},
  };
}
