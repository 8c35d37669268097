// Which certificate authorities a host is judged by, and which certificate we show it.
import { readdirSync, readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import tls from 'node:tls';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { unusableFile } from './credentials/small-file.ts';

export interface TrustOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** PEM of the operator's choice for this host, added to all others. */
  readonly ca?: string | undefined;
}

/** As `tls.createSecureContext` takes it. */
export interface Trust {
  /** Node's authorities, the system's and those named for this host. */
  readonly ca: string[];
  /** A client certificate, where one is laid out for the host. */
  readonly cert?: string;
  readonly key?: string;
}

let everybody: readonly string[] | undefined;

/**
 * The trust of one host (`registry.example:5000`): what Node and the system trust, `certs.d` of docker and containers,
 * and the operator's choice. Reading the system's store takes tens of milliseconds, so ask when the first https
 * connection to the host is made and keep the SecureContext. Throws USAGE for what is no certificate, NO_ACCESS.
 */
export function trustFor(host: string, options: TrustOptions): Trust {
  const own = options.ca === undefined ? [] : certificatesOf(options.ca, `--ca ${host}`);
  const folders = certificateFolders(host, options.environment).map(readFolder);
  const client = folders.find((folder) => folder.client !== undefined)?.client;
  const ca = [...new Set([...trustedByAll(), ...folders.flatMap((folder) => folder.ca), ...own])];
  return { ca, ...client };
}

/** Read once per process: `ca` replaces Node's own list, so that list has to be in it. */
function trustedByAll(): readonly string[] {
  everybody ??= [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
  return everybody;
}

interface CertificateFolder {
  readonly ca: readonly string[];
  readonly client: { readonly cert: string; readonly key: string } | undefined;
}

/**
 * `certs.d/<host[:port]>` (docker docs, "Verify repository client with certificates"; containers-certs.d(5)). Windows
 * allows no colon in a name: there containerd looks for `host_port_` and `hostport`.
 */
function certificateFolders(host: string, environment: TrustOptions['environment']): readonly string[] {
  const absolute = (name: string) => {
    const value = environment[name];
    return value !== undefined && isAbsolute(value) ? value : undefined;
  };
  const home = absolute('HOME') ?? absolute('USERPROFILE') ?? homedir();
  const parents = [
    join(absolute('XDG_CONFIG_HOME') ?? join(home, '.config'), 'containers', 'certs.d'),
    join(home, '.docker', 'certs.d'),
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
  ];
  const names = host === 'docker.io' ? ['docker.io', 'registry-1.docker.io'] : namesOf(host);
  return parents.flatMap((parent) => names.map((name) => join(parent, name)));
}

function namesOf(host: string): readonly string[] {
  // A host is a path here, so it must not be able to climb.
  if (!/^[A-Za-z0-9.\-[\]:]+$/.test(host) || host.startsWith('.')) return [];
  const port = /:(\d+)$/.exec(host)?.[1];
  const name = port === undefined ? host : host.slice(0, -port.length - 1);
  if (port === undefined) return [host, `${host}:443`];
  return [
    host,
    `${name}_${port}_`,
    ...(sep === '\\' ? [`${name}${port}`] : []),
    ...(port === '443' ? [name] : []),
  ];
}

function readFolder(folder: string): CertificateFolder {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? error.code : undefined;
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'EACCES' || errno === 'EINVAL')
      return { ca: [], client: undefined };
    throw unusableFile(folder, error, 'read');
  }
  const ca = names
    .filter((name) => name.endsWith('.crt'))
    .flatMap((name) => certificatesOf(readText(join(folder, name)), join(folder, name)));
  const certificate = names.find((name) => name.endsWith('.cert'));
  if (certificate === undefined) return { ca, client: undefined };
  const key = `${certificate.slice(0, -'.cert'.length)}.key`;
  if (!names.includes(key))
    throw new AirlockError('USAGE', `${join(folder, certificate)} has no key beside it.`, {
      details: { path: join(folder, key) },
      remedy: `Put ${key} beside it, or rename it to *.crt if it is a certificate authority.`,
    });
  return {
    ca,
    client: { cert: readText(join(folder, certificate)), key: readText(join(folder, key)) },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusableFile(path, error, 'read');
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** One PEM text per certificate, all in OpenSSL's own writing, so that equal ones are equal text. */
function certificatesOf(text: string, origin: string): readonly string[] {
  try {
    const certificates = (text.match(PEM) ?? []).map((block) => new X509Certificate(block).toString());
    if (certificates.length > 0) return certificates;
  } catch {
    // Said below: OpenSSL's words for it are no help.
  }
  throw new AirlockError('USAGE', `${origin} holds no certificate in PEM form.`, {
    details: { origin },
    remedy: 'Give a file that begins with -----BEGIN CERTIFICATE-----.',
  });
}
