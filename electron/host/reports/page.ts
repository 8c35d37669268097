// The page that reports are printed on: its head, its style, and the parts that verify reports and receipts share.
import { html } from './html.ts';
import type { Html } from './html.ts';

export type Tone = 'ok' | 'warn' | 'fail';

export interface Page {
  readonly title: string;
  readonly tone: Tone;
  /** One look. */
  readonly verdict: string;
  readonly sentence: string;
  readonly sections: readonly Html[];
  /** Which Airlock made it, on which machine, when. */
  readonly foot: string;
}

/** One self-contained page: no script, nothing fetched. */
export function renderPage({ title, tone, verdict, sentence, sections, foot }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header class="${tone}">
          <p class="sign">${SIGN[tone]}</p>
          <div>
            <h1>${verdict}</h1>
            <p>${sentence}</p>
          </div>
        </header>
        <main>
          <p class="title">${title}</p>
          ${sections}
        </main>
        <footer>${foot}</footer>
      </body>
    </html>`.markup;
}

/** A section; left out where it has nothing in it. */
export function section(head: string, body: readonly Html[]): Html {
  return body.length === 0
    ? html``
    : html`<section>
        <h2>${head}</h2>
        ${body}
      </section>`;
}

/** Terms and what they are; without those that are not known. */
export function facts(rows: readonly (readonly [term: string, value: Html | string | undefined])[]): Html {
  const known = rows.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl>
    ${known.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Heads over numbers stand to the right as these do. */
const NUMBERS = new Set(['Moved', 'Bytes']);
const NUMBER_CLASS: Html = { markup: 'class="number"' };

/** Lines below a name: where it comes from, its digest, what is to be said of it. */
export function under(lines: readonly (Html | string)[]): readonly Html[] {
  return lines.filter((line) => line !== '').map((line) => html`<br /><small>${line}</small>`);
}

/** A table whose head repeats on every sheet. */
export function table(heads: readonly string[], rows: readonly (readonly Html[])[]): readonly Html[] {
  if (rows.length === 0) return [];
  return [
    html`<table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col" ${NUMBERS.has(head) ? NUMBER_CLASS : ''}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells}
            </tr>`,
        )}
      </tbody>
    </table>`,
  ];
}

export const cell = (value: Html | string): Html => html`<td>${value}</td>`;
export const shortCell = (value: Html | string): Html => html`<td class="short">${value}</td>`;
export const numberCell = (value: string): Html => html`<td class="number">${value}</td>`;
export const code = (text: string): Html => html`<code>${text}</code>`;
export const state = (tone: Tone | 'none', text: string): Html =>
  html`<span class="state ${tone}">${text}</span>`;

export function list(lines: readonly string[]): readonly Html[] {
  return lines.length === 0
    ? []
    : [
        html`<ul>
          ${lines.map((line) => html`<li>${line}</li>`)}
        </ul>`,
      ];
}

/** The words to compare with the packing desk, numbered as they are read out. */
export function fingerprintWords(words: string): Html {
  return html`<ol class="words">
    ${words
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => html`<li>${word}</li>`)}
  </ol>`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Three digits in decimal units. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** `1 item`, `3 items`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}

const SIGN = { ok: '✓', warn: '!', fail: '✕' } as const;

/** A4 with the browser's own fonts; colour never alone says a state, so that it may be printed in grey. */
const STYLE: Html = {
  markup: `
          :root { color-scheme: light; font: 13px/20px system-ui, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif; color: #12181a; }
          @page { size: A4; margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " of " counter(pages); font: 9px sans-serif; color: #586162; } }
          body { margin: 0 auto; max-width: 190mm; padding: 24px; background: #fff; font-variant-numeric: tabular-nums; }
          header { display: flex; gap: 16px; padding: 16px 20px; border: 1px solid; border-left-width: 8px; border-radius: 3px; print-color-adjust: exact; }
          header.ok { background: #dcede2; border-color: #16653a; } header.warn { background: #f7e8c8; border-color: #7a4a00; } header.fail { background: #f9e0dc; border-color: #a51d18; }
          header p, h1 { margin: 0; } h1 { font-size: 22px; line-height: 28px; } .sign { font-size: 26px; line-height: 28px; font-weight: 700; }
          .title { margin: 16px 0 0; color: #586162; }
          section { margin-top: 24px; } h2 { margin: 0 0 8px; font-size: 15px; line-height: 20px; break-after: avoid; }
          dl { margin: 12px 0 0; } dl div { display: grid; grid-template-columns: 36mm 1fr; gap: 8px; padding: 3px 0; border-bottom: 1px solid #e6eae8; } dt { color: #586162; } dd { margin: 0; overflow-wrap: anywhere; }
          table { width: 100%; border-collapse: collapse; font-size: 12px; line-height: 16px; } thead { display: table-header-group; } tr { break-inside: avoid; }
          th { text-align: left; color: #3d4647; background: #eff1f0; font-weight: 600; print-color-adjust: exact; } th, td { padding: 4px 8px 4px 0; border-bottom: 1px solid #d5dad7; vertical-align: top; overflow-wrap: anywhere; } th:first-child, td:first-child { padding-left: 6px; }
          th, .short { white-space: nowrap; } th.number, .number { text-align: right; white-space: nowrap; } td small { color: #3d4647; } td code { overflow-wrap: anywhere; } code { font: 11px/16px ui-monospace, "Cascadia Mono", "Liberation Mono", monospace; }
          .state { font-weight: 600; white-space: nowrap; } .state.ok { color: #16653a; } .state.warn { color: #7a4a00; } .state.fail { color: #a51d18; } .state.none { font-weight: 400; color: #586162; }
          .words { columns: 4; margin: 0; padding-left: 28px; font: 600 14px/22px ui-monospace, "Cascadia Mono", "Liberation Mono", monospace; break-inside: avoid; } .words li::marker { font-weight: 400; color: #586162; }
          ul { margin: 0; padding-left: 18px; } footer { margin-top: 24px; padding-top: 8px; border-top: 1px solid #d5dad7; color: #586162; font-size: 11px; line-height: 16px; }
          @media print { body { padding: 0; max-width: none; } }
        `,
};
