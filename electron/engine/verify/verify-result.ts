// What verify found out, as data: the command, the station and the desktop say it in the same words.
import type { BundleForm, Fingerprint, Finding } from '../bundle/index.ts';

export interface VerifiedFile {
  /** Within the bundle, `/` between its parts. */
  readonly path: string;
  /** Undefined where SHA256SUMS and airlock.json do not tell. */
  readonly size: number | undefined;
  readonly state: 'ok' | Finding['state'];
  /** Undefined for what is ok: "has other bytes than its name says". */
  readonly why: string | undefined;
  /** Hex of what was sealed, for what is not ok; undefined where no list names it. */
  readonly sha256?: string;
  /** What lies there instead, for what is not ok; undefined where nothing does, or no plain file. */
  readonly foundSize?: number;
  /** Undefined where it was not read: a file of another length, or one that was never sealed. */
  readonly foundSha256?: string;
}

export interface VerifiedItem {
  readonly kind: 'image' | 'chart' | 'file';
  readonly reference: string;
  readonly digest: string;
  /** incomplete: a part could not be had when the bundle was packed, and the bundle says so. */
  readonly state: 'ok' | 'damaged' | 'incomplete';
  /** Files of this item that are not ok, attached signatures included. */
  readonly files: readonly string[];
}

export interface VerifyResult {
  /** What every report begins with. */
  readonly first: readonly string[];
  readonly bundle: {
    readonly path: string;
    readonly form: BundleForm;
    readonly name: string;
    readonly id: string;
    readonly created: string;
    readonly marking: string | undefined;
    readonly fingerprint: Fingerprint;
    /** No bundle of this version is signed. */
    readonly signed: false;
  };
  /** incomplete: whole as far as it says it is, and it says that something could not be had. */
  readonly verdict: 'whole' | 'incomplete' | 'damaged';
  readonly exit: 0 | 1 | 5;
  /** By path. */
  readonly files: readonly VerifiedFile[];
  readonly items: readonly VerifiedItem[];
  /** Counts by state, and the bytes of all files that were hashed. */
  readonly totals: Readonly<Record<VerifiedFile['state'], number>> & { readonly bytes: number };
  /** Layers that `--deep` decompressed; 0 without it. */
  readonly layersUnpacked: number;
  readonly notes: readonly string[];
}
