// Image references as Docker reads them (distribution/reference), normalised to their full name.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import { isDigest } from '../../../shared/domain/digest.ts';
import type { Digest } from '../../../shared/domain/digest.ts';

export interface Reference {
  /** As people write it: `docker.io`, not registry-1.docker.io. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;

/**
 * Parses `[host/]repository[:tag][@digest]`. A first component with `.`, `:` or the name localhost is a host; else it is
 * on docker.io, under library/ where it has one component. No tag and no digest means `latest`.
 * Throws REFERENCE_INVALID.
 */
export function parseReference(text: string): Reference {
  const refuse = (why: string): AirlockError =>
    new AirlockError('REFERENCE_INVALID', `"${text}" is no image reference: ${why}.`, {
      details: { reference: text },
    });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw refuse('it has a scheme; write it without');
  if (text !== text.trim() || text === '') throw refuse('it is empty or has blanks around it');
  const at = text.indexOf('@');
  const digestText = at < 0 ? undefined : text.slice(at + 1);
  if (/^[^/@]*:[^/@]*@[^/@]+\//.test(text))
    throw new AirlockError(
      'REFERENCE_INVALID',
      `"…@${digestText}" is no image reference: it holds a login.`,
      {
        details: { reference: `…@${digestText}` },
        remedy: 'Write it without the login, and log in to the registry.',
      },
    );
  let rest = at < 0 ? text : text.slice(0, at);
  if (digestText !== undefined && !isDigest(digestText))
    throw refuse(`"${digestText}" is no sha256 or sha512 digest`);
  let host = 'docker.io';
  const slash = rest.indexOf('/');
  const first = slash < 0 ? '' : rest.slice(0, slash);
  if (slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())) {
    host = first;
    rest = rest.slice(slash + 1);
  }
  if (!isHost(host)) throw refuse(`"${host}" is no host`);
  if (host === 'index.docker.io' || host === 'registry-1.docker.io') host = 'docker.io';
  const colon = rest.lastIndexOf(':');
  const tagText = colon < 0 ? undefined : rest.slice(colon + 1);
  let repository = colon < 0 ? rest : rest.slice(0, colon);
  if (tagText !== undefined && !TAG.test(tagText)) throw refuse(`"${tagText}" is no tag`);
  if (host === 'docker.io' && !repository.includes('/')) repository = `library/${repository}`;
  if (!NAME.test(repository)) throw refuse(`"${repository}" is no repository name (lower case only)`);
  if (host.length + 1 + repository.length > 255)
    throw refuse('host and repository together have over 255 characters');
  const tag = tagText ?? (digestText === undefined ? 'latest' : undefined);
  return { host, repository, tag, digest: digestText };
}

/** The full name: `docker.io/library/nginx:1.27@sha256:…`. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.host}/${reference.repository}${tag}${digest}`;
}

export function isRepositoryName(text: string): boolean {
  return NAME.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** `registry.example`, `127.0.0.1:5000`, `[::1]:5000`: what a URL can be made of. */
export function isHost(text: string): boolean {
  return HOST.test(text) && !/:0*$/.test(text) && URL.canParse(`https://${text}`);
}
