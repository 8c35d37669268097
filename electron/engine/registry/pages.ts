// Follows a listing over its pages by Link (RFC 8288), as tags and referrers have it.
import { AirlockError } from '../../../shared/errors/airlock-error.ts';
import type { Answer, Exchange, ExchangeRequest } from './exchange.ts';
import { headerOf, readBody } from './wire.ts';

/** A registry that ignores `n` sends everything at once. */
const PAGE_BYTES = 16 * 1024 * 1024;
const MOST_PAGES = 10_000;

/**
 * The JSON of every page. `unwanted` decides about an answer that is no page: it throws, or ends the listing with
 * undefined. Throws PROTOCOL for a listing that leads to another host or in circles.
 */
export async function* pagesOf(
  exchange: Exchange,
  request: ExchangeRequest,
  unwanted: (answer: Answer) => Promise<undefined>,
): AsyncGenerator<unknown, undefined> {
  const seen = new Set<string>();
  let target: string | URL | undefined = request.target;
  while (target !== undefined) {
    const page: { readonly value: unknown; readonly next: URL | undefined } | undefined = await exchange.ask(
      { ...request, target },
      async (answer) => {
        if (answer.status !== 200) return unwanted(answer);
        const next = nextOf(answer, request.host);
        const bytes = await readBody(answer.body, PAGE_BYTES, `${request.host}: ${request.asked.what}`);
        try {
          return { value: JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown, next };
        } catch {
          throw new AirlockError('PROTOCOL', `${request.host}: ${request.asked.what} is no JSON.`);
        }
      },
    );
    if (page === undefined) return undefined;
    yield page.value;
    target = page.next;
    if (page.next !== undefined) {
      if (seen.has(page.next.href) || seen.size > MOST_PAGES)
        throw new AirlockError('PROTOCOL', `${request.host} lists ${request.asked.what} in circles.`);
      seen.add(page.next.href);
    }
  }
  return undefined;
}

function nextOf(answer: Answer, host: string): URL | undefined {
  const link = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(headerOf(answer.headers, 'link') ?? '')?.[1];
  if (link === undefined || !URL.canParse(link, answer.url.href)) return undefined;
  const next = new URL(link, answer.url);
  // Behind a proxy a registry may call itself by another scheme or host; path and query are what counts.
  if (next.origin === answer.url.origin) return next;
  if (next.hostname === answer.url.hostname) return new URL(next.pathname + next.search, answer.url);
  throw new AirlockError('PROTOCOL', `${host} continues a listing at ${next.host}.`, { details: { host } });
}
