// JSON that means one thing to every reader, and no less of it than that.
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from '../../../electron/engine/oci/strict-json.ts';

const parse = (text: string) => parseStrictJson(Buffer.from(text), 'it');

describe('strict JSON', () => {
  it.each([
    '{"layers":[],"Layers":[]}',
    '{"a":{"b":1,"B":2}}',
    '{"a":1,"a":1}',
    '{"annotations":{"x":"1","x":"2"}}',
    '{"annotations":{},"list":[{"a":1,"A":2}]}',
  ])('refuses what two readers read differently: %s', (text) => {
    expect(() => parse(text)).toThrow(/twice, or in two spellings/);
  });

  it.each(['annotations', 'Labels', 'Volumes', 'ExposedPorts'])('takes any keys in the map %s', (map) => {
    expect(parse(`{"${map}":{"Vendor":"a","vendor":"b"}}`)).toEqual({ [map]: { Vendor: 'a', vendor: 'b' } });
  });
});
