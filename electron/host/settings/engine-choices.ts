// What the operator's settings mean to the engine: hosts, proxy, limits, and whom it may call on the disconnected side.
import type { Settings } from '../../../shared/station/settings.ts';
import { DEFAULT_LIMITS } from '../../engine/index.ts';
import type { EngineOptions, Limits } from '../../engine/index.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Plain http, trusted certificates and requests at once, by host as the engine writes it. */
export function hostChoices({ registries, certificates }: Settings): EngineOptions['hosts'] {
  const pems = new Map(certificates.map(({ name, pem }) => [name, pem]));
  return Object.fromEntries(
    registries.map(({ host, plainHttp, certificate, connections }) => {
      const ca = certificate === null ? undefined : pems.get(certificate);
      return [
        canonicalHost(host),
        {
          ...(plainHttp ? { plainHttp } : {}),
          ...(ca === undefined ? {} : { ca }),
          ...(connections === null ? {} : { connections }),
        },
      ];
    }),
  );
}

/** The environment with the proxy of the settings, which then stands for every variable that could name another. */
export function withProxy(environment: Environment, { proxy }: Settings): Environment {
  if (proxy.address.trim() === '') return environment;
  const others = Object.entries(environment).filter(([name]) => !/^(?:https?|all|no)_proxy$/i.test(name));
  return {
    ...Object.fromEntries(others),
    HTTPS_PROXY: proxy.address.trim(),
    HTTP_PROXY: proxy.address.trim(),
    ...(proxy.except.trim() === '' ? {} : { NO_PROXY: proxy.except.trim() }),
  };
}

/** The engine's limits as the operator set them; the rate that all jobs share stands apart. */
export function limitsOf({ limits }: Settings): Limits {
  const { perHost, blobs } = limits;
  return { ...DEFAULT_LIMITS, perHost, blobs };
}

/**
 * Whom the engine may call. On the disconnected side nobody but the registries of the settings and the hosts that the
 * work at hand names; loopback counts as any other host. So it is until somebody has said on which side this machine stands.
 * Undefined on the connected side: everybody.
 */
export function mayCallOf(settings: Settings, named: ReadonlySet<string>): EngineOptions['mayCall'] {
  if (settings.side === 'connected') return undefined;
  const hosts = new Set([...settings.registries.map(({ host }) => host), ...named].flatMap(wireNames));
  return (host) => hosts.has(host.toLowerCase());
}

/** As the engine keys its choices: lower case, Docker Hub under the name people give it. */
export function canonicalHost(host: string): string {
  const name = host.trim().toLowerCase();
  return name === 'index.docker.io' || name === 'registry-1.docker.io' ? 'docker.io' : name;
}

/** A host as it stands in a list and as it stands in a URL, where the port of its scheme is left out. */
function wireNames(host: string): readonly string[] {
  const name = canonicalHost(host);
  const urls = [`https://${name}`, `http://${name}`].filter((url) => URL.canParse(url));
  return [name, ...urls.map((url) => new URL(url).host)];
}
