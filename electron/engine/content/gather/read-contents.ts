// Recognises what an operator pasted, dropped or chose, and makes entries of a transfer list of it.
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { toWire } from '../../../../shared/errors/wire.ts';
import type { ContentsFound, DraftItem } from '../../../../shared/station/contents.ts';
import { baseName } from '../file-path.ts';
import { formatReference, parseReference } from '../../oci/reference.ts';

export async function readContents(given: {
  readonly text: string | null;
  readonly paths: readonly string[];
}): Promise<ContentsFound> {
  const items: DraftItem[] = [
    ...(given.text ?? '')
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(readReference),
    ...given.paths.map((path): DraftItem => ({
      kind: 'file',
      reference: baseName(path),
      entry: { path, as: baseName(path) },
      why: 'chosen',
      problem: null,
    })),
  ];
  return await Promise.resolve({ items, list: null, lockPath: null, bundlePath: null, problems: [] });
}

function readReference(text: string): DraftItem {
  try {
    const reference = formatReference(parseReference(text));
    return { kind: 'image', reference, entry: { ref: reference }, why: 'pasted', problem: null };
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error;
    return { kind: 'image', reference: text, entry: { ref: text }, why: 'pasted', problem: toWire(error) };
  }
}
