// What an operator chooses for a machine once, and every job then keeps to. No secret is in it.
import { z } from 'zod';

export const SideOfGap = z.enum(['connected', 'disconnected']);
export type SideOfGap = z.infer<typeof SideOfGap>;

export const Theme = z.enum(['system', 'light', 'dark', 'contrast']);
export type Theme = z.infer<typeof Theme>;

/** A registry that the operator named, as source, as target or both. */
export const RegistryProfile = z.strictObject({
  /** `registry.example:5000`. */
  host: z.string().min(1).max(300),
  /** Under which an import puts everything; empty for none. */
  prefix: z.string().max(400),
  usedAs: z.enum(['source', 'target', 'both']),
  plainHttp: z.boolean(),
  /** Name of a certificate below that is trusted for this host as well. */
  certificate: z.string().max(100).nullable(),
  /** Requests at once; null for the limit of all hosts. */
  connections: z.number().int().min(1).max(64).nullable(),
  /** Whose login is kept for it; null for none of Airlock's own (docker's may still be found). */
  user: z.string().max(1000).nullable(),
  lastTest: z
    .strictObject({ at: z.string().max(40), isGood: z.boolean(), word: z.string().max(200) })
    .nullable(),
});
export type RegistryProfile = z.infer<typeof RegistryProfile>;

export const TrustedCertificate = z.strictObject({
  name: z.string().min(1).max(100),
  /** PEM, one or more certificates. */
  pem: z.string().max(512 * 1024),
});
export type TrustedCertificate = z.infer<typeof TrustedCertificate>;

export const Settings = z.strictObject({
  /** Null until first start has asked. */
  side: SideOfGap.nullable(),
  theme: Theme,
  /** Letters act outside of fields (B, C, G, /, ?). */
  letterKeys: z.boolean(),
  registries: z.array(RegistryProfile).max(1000),
  certificates: z.array(TrustedCertificate).max(200),
  proxy: z.strictObject({
    /** Empty: as the environment of this machine says. `http://proxy.example:3128`. */
    address: z.string().max(2000),
    /** Hosts that are reached directly, separated by commas. */
    except: z.string().max(10_000),
  }),
  limits: z.strictObject({
    perHost: z.number().int().min(1).max(64),
    blobs: z.number().int().min(1).max(64),
    /** Of all jobs' downloads and uploads together; null for no limit. */
    bytesPerSecond: z.number().int().min(1024).nullable(),
  }),
  folders: z.strictObject({
    /** Where lists and locks made in the station are kept. Empty: `lists` in the state folder. */
    lists: z.string().max(4096),
    /** Where bundles go that go to no medium; empty until one was chosen. */
    bundles: z.string().max(4096),
  }),
});
export type Settings = z.infer<typeof Settings>;

/** What an operator sets of a registry. The rest is noted by the engine, save the test of one that was not kept when it was tested. */
const RegistryChoice = RegistryProfile.omit({ user: true }).extend({
  lastTest: z.exactOptional(RegistryProfile.shape.lastTest),
});

const proxy = Settings.shape.proxy.shape;
const limits = Settings.shape.limits.shape;
const folders = Settings.shape.folders.shape;

/**
 * What is to be different, and nothing else: two that change at once, or the engine beside them, undo nothing of each
 * other. `changeSettings` says what becomes of it.
 */
export const SettingsChange = z.strictObject({
  side: z.exactOptional(SideOfGap),
  theme: z.exactOptional(Theme),
  letterKeys: z.exactOptional(z.boolean()),
  proxy: z.exactOptional(
    z.strictObject({ address: z.exactOptional(proxy.address), except: z.exactOptional(proxy.except) }),
  ),
  limits: z.exactOptional(
    z.strictObject({
      perHost: z.exactOptional(limits.perHost),
      blobs: z.exactOptional(limits.blobs),
      bytesPerSecond: z.exactOptional(limits.bytesPerSecond),
    }),
  ),
  folders: z.exactOptional(
    z.strictObject({ lists: z.exactOptional(folders.lists), bundles: z.exactOptional(folders.bundles) }),
  ),
  /** By the host as it is kept; one that is not there is new. `to` null removes it. */
  registries: z.exactOptional(
    z.array(z.strictObject({ host: RegistryProfile.shape.host, to: RegistryChoice.nullable() })).max(1000),
  ),
  /** By their names. `pem` null removes one, also from the registries that trust it. */
  certificates: z.exactOptional(
    z.array(TrustedCertificate.extend({ pem: TrustedCertificate.shape.pem.nullable() })).max(200),
  ),
});
export type SettingsChange = z.infer<typeof SettingsChange>;

/** A settings file that could not be used when it was read. */
export const BrokenSettings = z.strictObject({
  /** Where it lies now; null where it could not be put aside. */
  keptAt: z.string().nullable(),
});
export type BrokenSettings = z.infer<typeof BrokenSettings>;

export { DEFAULT_SETTINGS } from './default-settings.ts';
