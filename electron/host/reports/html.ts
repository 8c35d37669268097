// HTML in which every value is text: what comes from a bundle or a registry cannot become markup.
import { visible } from '../../../shared/messages/visible.ts';

/** Markup that was made here. */
export interface Html {
  readonly markup: string;
}

/** Fills a template; strings are escaped, Html and lists of it are not. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = parts[0] ?? '';
  for (const [index, value] of values.entries()) markup += markupOf(value) + (parts[index + 1] ?? '');
  return { markup };
}

type HtmlValue = string | number | Html | readonly Html[] | undefined;

function markupOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  if ('markup' in value) return value.markup;
  return value.map(({ markup }) => markup).join('');
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A name must not be able to hide. */
function escaped(text: string): string {
  return visible(text)
    .replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? '')
    .replaceAll(/[\n\t]/g, ' ');
}
