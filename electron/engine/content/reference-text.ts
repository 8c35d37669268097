// References as people write them into lists: no login in them, charts with oci:// and with + in their versions.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { parseReference } from '../oci/reference.ts';
import type { Reference } from '../oci/reference.ts';

/** As `parseReference`, and never repeats a login that somebody wrote into it. Throws REFERENCE_INVALID. */
export function parseImageReference(text: string): Reference {
  if (/:\/\/[^/]*@/.test(text))
    throw new AirlockError(
      'REFERENCE_INVALID',
      'this reference holds a user or password, expected [host/]repository[:tag][@digest]',
    );
  return parseReference(text);
}

/**
 * `oci://host/repository:1.2.3+build`: the tag of a version has `_` for `+`, which no tag may hold (helm, registry client).
 * Throws REFERENCE_INVALID, also where no version is named.
 */
export function parseChartReference(text: string): Reference {
  const plain = text.replace(/^oci:\/\//, '');
  const reference = parseImageReference(plain.replaceAll('+', '_'));
  if (!/[:@][^/]*$/.test(plain))
    throw new AirlockError(
      'REFERENCE_INVALID',
      `"${text}" names no version, expected oci://host/repository:version`,
    );
  return reference;
}
