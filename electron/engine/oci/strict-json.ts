// JSON that has one meaning for every reader: no duplicate keys, no case twins of a key, bounded depth (FORMAT §4).
// Go's encoding/json matches keys without regard to case, so `Layers` beside `layers` is read there and not here.
import { visit } from 'jsonc-parser';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { LIMIT } from '../../../shared/domain/descriptor.ts';

/** Members of image-spec's documents whose keys are the author's own: Go reads them as maps, where case counts. */
const MAPS: ReadonlySet<string> = new Set(['annotations', 'Labels', 'ExposedPorts', 'Volumes']);

/**
 * Parses UTF-8 JSON. Throws MANIFEST_AMBIGUOUS for duplicate keys, for keys that differ only by case within one
 * object that is no map of the author's, for invalid UTF-8 and for nesting deeper than 64; `what` names the document in the message.
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  const refuse = (why: string): AirlockError =>
    new AirlockError('MANIFEST_AMBIGUOUS', `${what} ${why}.`, { details: { document: what } });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse('is not UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('is not JSON');
  }
  const open: { readonly seen: Set<string>; readonly isMap: boolean }[] = [];
  let name = '';
  let depth = 0;
  const enter = () => {
    depth += 1;
    if (depth > LIMIT.jsonDepth) throw refuse(`is nested deeper than ${LIMIT.jsonDepth}`);
  };
  visit(text, {
    onObjectBegin: () => {
      enter();
      open.push({ seen: new Set(), isMap: MAPS.has(name) });
      name = '';
    },
    onObjectProperty: (key) => {
      const here = open.at(-1);
      const meant = here?.isMap === true ? key : key.toLowerCase();
      if (here?.seen.has(meant) === true) throw refuse(`has the key "${key}" twice, or in two spellings`);
      here?.seen.add(meant);
      name = key;
    },
    onObjectEnd: () => {
      depth -= 1;
      open.pop();
    },
    onArrayBegin: () => {
      enter();
      name = '';
    },
    onArrayEnd: () => {
      depth -= 1;
    },
  });
  return value;
}
