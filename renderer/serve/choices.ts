// The bundles that can be served, from media and given by path, and what keeps a choice from being served.
import type { WireError } from '../../shared/errors/wire.ts';
import type { FoundBundle, Medium } from '../../shared/station/media.ts';
import type { AboutBundle, ServeForm } from './serve-store.ts';

export interface BundleChoice {
  readonly path: string;
  readonly name: string;
  /** Null for one that lies on no medium, or on one that was pulled out. */
  readonly medium: Medium | null;
  /** What is known of it; null while it is looked at, and where it cannot be read. */
  readonly found: FoundBundle | null;
  readonly isReadable: boolean;
}

/** What lies on media, then what was given or ticked and lies on none. */
export function choicesOf(
  media: readonly Medium[],
  { given, ticked }: Pick<ServeForm, 'given' | 'ticked'>,
  about: Readonly<Record<string, AboutBundle | null>>,
): readonly BundleChoice[] {
  const onMedia = media.flatMap((medium) =>
    medium.bundles.map((found): BundleChoice => ({
      path: found.path,
      name: found.name,
      medium,
      found,
      isReadable: true,
    })),
  );
  const known = new Set(onMedia.map(({ path }) => path));
  const others = [...new Set([...given, ...ticked])].filter((path) => !known.has(path));
  return [
    ...onMedia,
    ...others.map((path): BundleChoice => {
      const found = about[path]?.found ?? null;
      return {
        path,
        name: found?.name ?? nameOfPath(path),
        medium: null,
        found,
        isReadable: about[path] !== null,
      };
    }),
  ];
}

export type FormProblem = 'nothing' | 'keyMissing' | 'certificateMissing';

export function formProblem(form: ServeForm): FormProblem | null {
  const { ticked, writable, certificate, key } = form;
  if (ticked.length === 0 && writable.trim() === '') return 'nothing';
  if (certificate.trim() !== '' && key.trim() === '') return 'keyMissing';
  return key.trim() !== '' && certificate.trim() === '' ? 'certificateMissing' : null;
}

const OF_A_BUNDLE: ReadonlySet<WireError['code']> = new Set([
  'NOT_A_BUNDLE',
  'FORMAT_UNSUPPORTED',
  'BUNDLE_DAMAGED',
  'BUNDLE_INCOMPLETE',
  'BUNDLE_TRUNCATED',
  'BLOB_MISSING',
  'FILE_NOT_FOUND',
  'MANIFEST_AMBIGUOUS',
]);

/** The bundle that an error speaks of; undefined where it is of something else, or does not say which. */
export function bundleAtFault(error: WireError, ticked: readonly string[]): string | undefined {
  if (!OF_A_BUNDLE.has(error.code)) return undefined;
  const said = [error.message, ...Object.values(error.details).map(String)].join('\n');
  const named = ticked.filter((path) => said.includes(path) || said.includes(nameOfPath(path)));
  return named.length === 1 ? named[0] : ticked.length === 1 ? ticked[0] : undefined;
}

/** The port to offer where one is taken. */
export function otherPort(port: number): number {
  return port < 65_535 ? port + 1 : 5000;
}

export function nameOfPath(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
