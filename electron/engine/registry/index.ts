// The registry room's door: one client for every registry and web server of a job.
import type { Descriptor } from '../../../shared/domain/descriptor.ts';
import type { Digest } from '../../../shared/domain/digest.ts';
import type { ByteSource, ContentStore } from '../oci/content-store.ts';
import type { AskLogin } from './auth/login-questions.ts';
import type { CredentialSource } from './credentials/credential.ts';
import type { KeyringLogin } from './credentials/keyring.ts';
import type { Clock, Limits } from '../jobs/job-context.ts';
import type { Throttle } from '../jobs/throttle.ts';

export { createRegistryClient } from './client.ts';
export type { AskLogin };

/** What the operator chose for one registry: `--plain-http HOST`, `--ca HOST=FILE`. */
export interface HostChoice {
  readonly plainHttp?: boolean;
  /** PEM of additional authorities for this host alone. */
  readonly ca?: string;
  /** Requests under way at once, in place of the limit for all hosts. */
  readonly connections?: number;
}

export interface RegistryClientOptions {
  readonly hosts?: Readonly<Record<string, HostChoice>>;
  readonly limits: Limits;
  /** Before every blob and file, in both directions; else `limits.bytesPerSecond` holds for this client. */
  readonly throttle?: Throttle | undefined;
  readonly clock: Clock;
  /** The process's environment: proxies, DOCKER_CONFIG, REGISTRY_AUTH_FILE, HOME, XDG_*, PATH, NETRC. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where `airlock login` keeps what no helper takes: `<state>/auth.json`. */
  readonly authFile: string;
  /** Whether a host may be called, by the host of its URL, Docker Hub as docker.io. Every host may where it is left out. */
  readonly mayCall?: ((host: string) => boolean) | undefined;
  /** Asked for a login before any file or helper: the keyring of a station. A web server as `https://host`. */
  readonly login?: KeyringLogin | undefined;
  /** In place of what this machine has: to try out a login before it is kept. */
  readonly credentials?: CredentialSource;
  /** Asked once for a host where its login is missing or was refused; a web server as `https://host`. */
  readonly askLogin?: AskLogin | undefined;
  /** Waits told to the operator: rate limits, back-off. */
  readonly onWait?: (host: string, seconds: number, why: string) => void;
  readonly onNotice?: (text: string) => void;
  /** How many requests are under way at a host, each time that changes. */
  readonly onConnections?: (host: string, open: number) => void;
}

export interface FetchedManifest {
  readonly descriptor: Descriptor;
  /** As sent, never re-serialised; checked against the digest asked for. */
  readonly bytes: Uint8Array;
}

export interface PushOutcome {
  /** True where the registry answered OCI-Subject: it keeps referrers itself (distribution-spec, Pushing Manifests with Subject). */
  readonly subjectAccepted: boolean;
}

/** One repository of one registry, as a content store and by name. */
export interface Repository extends ContentStore {
  readonly host: string;
  readonly name: string;
  /** HEAD, and GET where HEAD is of no use. Undefined where it is not there. */
  resolve(tagOrDigest: string, options?: { readonly signal?: AbortSignal }): Promise<Descriptor | undefined>;
  /** GET, at most 4 MiB, digest checked. Undefined where it is not there. */
  fetchManifest(
    tagOrDigest: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<FetchedManifest | undefined>;
  /** PUT under a tag or by digest, then the registry's digest is compared with ours. Retries as the error table says. */
  pushManifest(
    tagOrDigest: string,
    manifest: FetchedManifest,
    options?: { readonly signal?: AbortSignal },
  ): Promise<PushOutcome>;
  /** Referrers by API, else by the fallback tag, all pages, unfiltered. Empty where there are none. */
  referrers(digest: Digest, options?: { readonly signal?: AbortSignal }): Promise<readonly Descriptor[]>;
  /** Whether the registry keeps referrers itself; undefined until it was asked, and where a client does not say. */
  readonly hasReferrersApi?: boolean | undefined;
  /** Adds descriptors to the subject's fallback index where the registry keeps no referrers itself. No duplicates. */
  addToReferrersTag(
    subject: Digest,
    descriptors: readonly Descriptor[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
  tags(options?: { readonly signal?: AbortSignal }): Promise<readonly string[]>;
  /** Every tag, where the registry names all of them in one answer; undefined where it does not, or nobody can tell. */
  tagsAtOnce?(options?: { readonly signal?: AbortSignal }): Promise<ReadonlySet<string> | undefined>;
  /** Repositories of the same registry where a blob of a later ingest may be mounted from. */
  offerMount(digest: Digest, fromRepository: string): void;
}

export interface Download {
  /** Of the whole file, whatever the offset. The final status was 200, or 206 with an offset. */
  readonly size: number | undefined;
  readonly etag: string | undefined;
  readonly contentType: string | undefined;
  readonly body: ByteSource;
}

/** For a test of a registry, beside what jobs need. */
export interface UploadTrial {
  /** Opens an upload and cancels it: nothing is written. Throws what the registry has against it. */
  tryUpload(host: string, repository: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

export interface RegistryClient {
  repository(host: string, name: string): Repository;
  /** GET /v2/ with login: throws UNAUTHORIZED, HOST_UNKNOWN, TLS_UNTRUSTED… */
  ping(host: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** A web file (chart repositories, files, checksums): redirects by hand, credentials of that origin only. Throws REFERENCE_NOT_FOUND on 404. */
  download(
    url: string,
    options?: { readonly signal?: AbortSignal; readonly offset?: number },
  ): Promise<Download>;
  /** HEAD of a web file. Undefined where the server refuses HEAD. Throws REFERENCE_NOT_FOUND on 404. */
  head(
    url: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly size: number | undefined; readonly etag: string | undefined } | undefined>;
  /** Bytes sent that had been sent before (retries), for the receipt. */
  readonly bytesResent: number;
  /** What the registry said it has left, per host, where it said so (ratelimit-remaining). */
  /** Requests that were sent, by host; each redirect and each token counts where it was asked for. */
  readonly requestCounts: ReadonlyMap<string, number>;
  readonly rateLimits: ReadonlyMap<
    string,
    { readonly limit: number; readonly remaining: number; readonly windowSeconds: number }
  >;
  close(): Promise<void>;
}
