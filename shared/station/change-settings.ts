// What a change makes of settings: the engine keeps it so, and the screens show it so while it is on its way.
import type { RegistryProfile, Settings, SettingsChange } from './settings.ts';

/** Everything that the change does not name stays as it is; so does what the engine itself notes of a registry. */
export function changeSettings(settings: Settings, change: SettingsChange): Settings {
  const { registries = [], certificates = [], proxy, limits, folders, ...rest } = change;
  const gone = new Set(certificates.filter(({ pem }) => pem === null).map(({ name }) => name));
  return {
    ...settings,
    ...rest,
    proxy: { ...settings.proxy, ...proxy },
    limits: { ...settings.limits, ...limits },
    folders: { ...settings.folders, ...folders },
    certificates: changeCertificates(settings.certificates, certificates),
    // A registry that trusted a certificate which is gone is trusted as the system trusts it.
    registries: registries
      .reduce(changeRegistry, settings.registries)
      .map((registry) =>
        registry.certificate !== null && gone.has(registry.certificate)
          ? { ...registry, certificate: null }
          : registry,
      ),
  };
}

type RegistryChange = NonNullable<SettingsChange['registries']>[number];
type CertificateChange = NonNullable<SettingsChange['certificates']>[number];

function changeRegistry(before: RegistryProfile[], { host, to }: RegistryChange): RegistryProfile[] {
  if (to === null) return before.filter((registry) => registry.host !== host);
  // A host that is called otherwise is another: whose login and test were good there says nothing here.
  const fresh = { user: null, lastTest: null, ...to };
  if (!before.some((registry) => registry.host === host)) return [...before, fresh];
  return before.map((registry) =>
    registry.host !== host ? registry : to.host === host ? { ...registry, ...to } : fresh,
  );
}

function changeCertificates(
  before: Settings['certificates'],
  changes: readonly CertificateChange[],
): Settings['certificates'] {
  const named = new Set(changes.map(({ name }) => name));
  const added = changes.flatMap(({ name, pem }) => (pem === null ? [] : [{ name, pem }]));
  return [...before.filter(({ name }) => !named.has(name)), ...added];
}
