// Holds references to what can be asked for: nothing that a person types may become a fault of Airlock's own.
import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../electron/engine/oci/reference.ts';
import { loginKeyOf } from '../../../electron/engine/registry/credentials/server-names.ts';
import { normaliseHost } from '../../../electron/engine/registry/origins.ts';

describe('A host', () => {
  it.each(['host.example:99999', 'host.example:0', '[::zz]:5000', '[1:2]', '999.999.999.999'])(
    'that no address can be made of is none: %s',
    (host) => {
      const refused = (code: string) => expect.objectContaining({ code });
      expect(() => parseReference(`${host}/app:1.0`)).toThrow(refused('REFERENCE_INVALID'));
      expect(() => normaliseHost(host)).toThrow(refused('REFERENCE_INVALID'));
      expect(() => loginKeyOf(host)).toThrow(refused('USAGE'));
    },
  );

  it.each(['registry.example', 'localhost', '127.0.0.1:65535', '[::1]:5000', 'UPPER.example'])(
    'is one: %s',
    (host) => {
      expect(parseReference(`${host}/app:1.0`).host).toBe(host);
    },
  );
});

it('A login in a reference is named as one, and its password is not said again', () => {
  expect(() => parseReference('desk:hunter2@quay.io/org/app:1.0')).toThrow(/it holds a login/);
  expect(() => parseReference('desk:hunter2@quay.io/org/app:1.0')).not.toThrow(/hunter2/);
  expect(() => loginKeyOf('desk:hunter2@quay.io')).not.toThrow(/hunter2/);
});
