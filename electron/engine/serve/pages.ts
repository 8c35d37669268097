// The two pages for people: what is served here, and the list of files. Static, without a script, all text escaped.
import { createHash } from 'node:crypto';
import type { Bundle } from '../bundle/index.ts';
import { compareNames } from './paging.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}' +
  'code{font:14px ui-monospace,monospace;overflow-wrap:anywhere}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}';

/** Nothing loads, nothing runs, nothing frames it; the one style is named by its hash. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
};

/** A page names this many of each kind; the rest is in the lists that programs read. */
const SHOWN = 1000;

export interface HomeContent {
  readonly host: string;
  readonly secure: boolean;
  readonly bundles: readonly Bundle[];
  readonly repositories: readonly string[];
  readonly charts: readonly string[];
  readonly files: number;
  readonly writable: boolean;
}

/** What is here and how to get it. */
export function homePage(content: HomeContent): string {
  const { host } = content;
  const scheme = content.secure ? 'https' : 'http';
  const [firstRepository] = sorted(content.repositories);
  return page('Airlock serves', [
    ...content.bundles.map(
      ({ manifest, fingerprint }) =>
        `<p>Bundle <strong>${escape(manifest.name)}</strong> of ${escape(manifest.created)}, unsigned.<br>Fingerprint <code>${escape(fingerprint.hex)}</code></p>`,
    ),
    ...(content.writable
      ? [
          '<p><strong>Anybody who reaches this port may push and delete here: there are no accounts.</strong></p>',
        ]
      : []),
    `<h2>Repositories</h2>`,
    ...(firstRepository === undefined
      ? ['<p>None.</p>']
      : [
          `<p><code>docker pull ${escape(`${host}/${firstRepository}`)}</code></p>`,
          list(content.repositories, (name) => `<code>${escape(name)}</code>`),
        ]),
    ...(content.charts.length === 0
      ? []
      : [
          '<h2>Charts</h2>',
          `<p><code>helm repo add airlock ${escape(`${scheme}://${host}/charts`)}</code></p>`,
          list(content.charts, (name) => `<a href="/charts/${encodeURIComponent(name)}">${escape(name)}</a>`),
        ]),
    ...(content.files === 0
      ? []
      : ['<h2>Files</h2>', `<p><a href="/files/">All files: ${content.files}</a></p>`]),
  ]);
}

/** Every file with its size and a link. */
export function filesPage(files: readonly { readonly path: string; readonly size: number }[]): string {
  const rows = files
    .toSorted((a, b) => compareNames(a.path, b.path))
    .map(
      ({ path, size }) =>
        `<tr><td><a href="/files/${linkTo(path)}">${escape(path)}</a></td><td>${size} bytes</td></tr>`,
    );
  return page('Files', [
    rows.length === 0 ? '<p>None.</p>' : `<table><tr><th>File</th><th>Size</th></tr>${rows.join('')}</table>`,
  ]);
}

function page(title: string, parts: readonly string[]): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style><body><h1>${escape(title)}</h1>${parts.join('\n')}</body></html>\n`;
}

function list(names: readonly string[], item: (name: string) => string): string {
  const shown = sorted(names).slice(0, SHOWN);
  const more = names.length - shown.length;
  return `<ul>${shown.map((name) => `<li>${item(name)}</li>`).join('')}</ul>${more > 0 ? `<p>And ${more} more.</p>` : ''}`;
}

function sorted(names: readonly string[]): readonly string[] {
  return names.toSorted(compareNames);
}

function linkTo(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
