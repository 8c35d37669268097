// JSON that has one meaning for every reader: no duplicate keys, no case twins of a key, bounded depth (FORMAT §4).
// Go's encoding/json matches keys without regard to case, so `Layers` beside `layers` is read there and not here.
import { visit } from 'jsonc-parser';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { LIMIT } from '../../../shared/domain/descriptor.ts';

/**
 * Parses UTF-8 JSON. Throws MANIFEST_AMBIGUOUS for duplicate keys, for keys that differ only by case within one
 * object, for invalid UTF-8 and for nesting deeper than 64; `what` names the document in the message.
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
  const open: Set<string>[] = [];
  let depth = 0;
  const enter = () => {
    depth += 1;
    if (depth > LIMIT.jsonDepth) throw refuse(`is nested deeper than ${LIMIT.jsonDepth}`);
  };
  visit(text, {
    onObjectBegin: () => {
      enter();
      open.push(new Set());
    },
    onObjectProperty: (key) => {
      const seen = open.at(-1);
      const folded = key.toLowerCase();
      if (seen?.has(folded) === true) throw refuse(`has the key "${key}" twice, or in two spellings`);
      seen?.add(folded);
    },
    onObjectEnd: () => {
      depth -= 1;
      open.pop();
    },
    onArrayBegin: enter,
    onArrayEnd: () => {
      depth -= 1;
    },
  });
  return value;
}
