// The content room's door: what an operator asked for, resolved, and where its bytes come from (FORMAT §1–§3).
import type { Digest } from '../../../shared/domain/digest.ts';
import type { Absent, LockItem, Metadata } from '../../../shared/format/lock.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { RegistryClient } from '../registry/index.ts';

export type IndexMode = 'keep' | 'child' | 'rewrite';

/** Where an entry stands, for every message about it: `list.yaml:7:5`. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Entry {
  readonly at: Position;
  /** Folder of the list that holds the entry: relative paths start here. */
  readonly base: string;
}

export type ImageEntry = Entry & {
  readonly kind: 'image';
  readonly platforms: readonly string[] | undefined;
  readonly index: IndexMode | undefined;
  /** `platforms` and `index` came from the entry itself, not from the list's default. */
  readonly ownPlatforms: boolean;
  readonly ownIndex: boolean;
} & (
    | { readonly from: 'registry'; readonly ref: string; readonly mirror: string | undefined }
    | { readonly from: 'archive'; readonly path: string; readonly as: string | undefined }
    | { readonly from: 'daemon'; readonly name: string }
  );

export type ChartEntry = Entry & { readonly kind: 'chart' } & (
    | { readonly from: 'registry'; readonly ref: string; readonly mirror: string | undefined }
    | {
        readonly from: 'repository';
        readonly repo: string;
        readonly name: string;
        readonly version: string | undefined;
      }
    | { readonly from: 'path'; readonly path: string; readonly sha256: string | undefined }
    | {
        readonly from: 'url';
        readonly url: string;
        readonly sha256: string | undefined;
        readonly secretQuery: number | undefined;
      }
  );

export type FileEntry = Entry & {
  readonly kind: 'file';
  readonly as: string;
  readonly executable: boolean;
  readonly sha256: string | undefined;
  readonly sha512: string | undefined;
  readonly checksum: string | undefined;
} & (
    | { readonly from: 'path'; readonly path: string }
    /** secretQuery: the n of AIRLOCK_QUERY_<n>, counted over the list from 1. */
    | { readonly from: 'url'; readonly url: string; readonly secretQuery: number | undefined }
  );

export type ListEntry = ImageEntry | ChartEntry | FileEntry;

export interface TransferList {
  readonly path: string;
  readonly metadata: Metadata;
  readonly entries: readonly ListEntry[];
  /** sha256 over the bytes of the list and every include, in order. */
  readonly digest: Digest;
}

/** What a resolver finds out about one entry. An archive may hold several items. */
export interface Resolved {
  readonly item: LockItem;
  /** Bytes of manifests, indexes and configs. */
  readonly manifests: ReadonlyMap<Digest, Uint8Array>;
  readonly blobs: readonly { readonly digest: Digest; readonly size: number; readonly from?: string }[];
  readonly absent: readonly Absent[];
  readonly notes: readonly string[];
}

/** What the bytes of a kept file turned out to be; sha512 as hex. */
export interface KeptSums {
  readonly digest: Digest;
  readonly sha512: string;
  readonly size: number;
}

/** Keeps what came over a network only to learn its digest (FORMAT §2): `<lock>.store/` or the work folder. */
export interface FetchStore {
  readonly folder: string;
  /** Writes a stream whose digest nobody knows yet; the file gets its name when it ended. */
  keep(
    bytes: AsyncIterable<Uint8Array>,
    options: {
      readonly signal: AbortSignal;
      readonly expectedSize?: number;
      /** Called before the file gets its name; what it throws leaves nothing behind. */
      readonly check?: (sums: KeptSums) => void;
    },
  ): Promise<KeptSums & { readonly path: string }>;
  pathOf(digest: Digest): string;
  has(digest: Digest): Promise<number | undefined>;
}

export interface ResolveContext {
  readonly job: JobContext;
  readonly client: RegistryClient;
  readonly store: FetchStore;
  /** Folder that paths in the lock are relative to. */
  readonly lockBase: string;
  readonly noFetch: boolean;
  /** For DOCKER_HOST, Helm's repositories.yaml and the like. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Resolves one entry of its kind; throws an AirlockError whose message begins with the entry's position. */
export type Resolver<E extends ListEntry> = (
  entry: E,
  context: ResolveContext,
) => Promise<readonly Resolved[]>;
