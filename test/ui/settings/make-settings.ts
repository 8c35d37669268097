// Registries and certificates as the tests of Settings want them.
import type { StationFacts } from '../../../shared/ipc/schemas.ts';
import type { RegistryProfile } from '../../../shared/station/settings.ts';

export function makeProfile(host: string, change: Partial<RegistryProfile> = {}): RegistryProfile {
  return {
    host,
    prefix: '',
    usedAs: 'target',
    plainHttp: false,
    certificate: null,
    connections: null,
    user: null,
    lastTest: null,
    ...change,
  };
}

/** Has a certificate's outer shape, a DER sequence of so many bytes, and nothing within. */
export function makePem(bytes: number): string {
  const length = bytes < 128 ? [bytes] : [0x81, bytes];
  const der = Uint8Array.from([0x30, ...length, ...Array.from({ length: bytes }, (_, index) => index % 251)]);
  const base64 = btoa(String.fromCharCode(...der));
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

export function makeFacts(change: Partial<StationFacts> = {}): StationFacts {
  return {
    host: 'web',
    platform: 'linux',
    version: '0.1.0',
    stateFolder: '/state',
    homeFolder: '/home/operator',
    keepsLogins: 'plainFile',
    opened: [],
    route: { leadsOutside: false, fact: 'no route leads out' },
    engine: 'running',
    ...change,
  };
}
