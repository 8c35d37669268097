// Tells what is in a bundle from the few files beside its blobs: any size opens in under a second.
import type { BundleForm, Fingerprint } from '../bundle/index.ts';
import { openBundle } from '../bundle/index.ts';

export interface InspectedItem {
  readonly kind: 'image' | 'chart' | 'file';
  readonly reference: string;
  /** Its name in the OCI layout. */
  readonly refName: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly platforms: readonly string[];
  /** Referrers and signature tags that travel with it. */
  readonly attached: number;
}

export interface InspectResult {
  readonly path: string;
  readonly form: BundleForm;
  readonly name: string;
  readonly id: string;
  readonly created: string;
  readonly format: { readonly major: number; readonly minor: number };
  readonly tool: { readonly name: string; readonly version: string };
  readonly marking: string | undefined;
  readonly fingerprint: Fingerprint;
  /** No bundle of this version is signed. */
  readonly signed: false;
  readonly warnings: readonly string[];
  readonly totals: {
    readonly images: number;
    readonly charts: number;
    readonly files: number;
    readonly blobs: number;
    readonly bytes: number;
  };
  readonly items: readonly InspectedItem[];
  readonly absent: readonly { readonly digest: string; readonly reason: string; readonly item: string }[];
}

/** Checks nothing that lies in a blob. Throws as `openBundle` does. */
export async function inspectBundle(
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<InspectResult> {
  const bundle = await openBundle(path, options);
  try {
    const { manifest } = bundle;
    const locked = new Map(manifest.lock.items.map((item) => [item.reference, item]));
    const count = (kind: string) => manifest.items.filter((item) => item.kind === kind).length;
    return {
      path: bundle.path,
      form: bundle.form,
      name: manifest.name,
      id: manifest.id,
      created: manifest.created,
      format: manifest.format,
      tool: manifest.tool,
      marking: manifest.marking,
      fingerprint: bundle.fingerprint,
      signed: false,
      warnings: bundle.warnings,
      totals: {
        images: count('image'),
        charts: count('chart'),
        files: count('file'),
        blobs: manifest.blobs.length,
        bytes: manifest.blobs.reduce((sum, { size }) => sum + size, 0),
      },
      items: manifest.items.map(({ kind, reference, refName, digest }) => {
        const item = locked.get(reference);
        return {
          kind,
          reference,
          refName,
          digest,
          mediaType: item?.root?.mediaType ?? '',
          platforms: item?.platforms ?? [],
          attached: item?.attached?.length ?? 0,
        };
      }),
      absent: manifest.absent.map(({ digest, reason, item }) => ({ digest, reason, item })),
    };
  } finally {
    await bundle.close();
  }
}
