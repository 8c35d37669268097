// A verdict over a bundle as a page to keep: what was found, what is inside, and the words to compare.
import type { JobResult } from '../../../shared/station/job.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import {
  bytes,
  cell,
  code,
  counted,
  facts,
  fingerprintWords,
  numberCell,
  renderPage,
  section,
  shortCell,
  state,
  table,
  under,
} from './page.ts';
import type { Tone } from './page.ts';
import { footOf, jobFacts, notesSection, toolsSection } from './receipt-report.ts';

export type VerifyJobResult = JobResult & { readonly desk: 'verify' };
type Report = VerifyJobResult['report'];
type File = Report['files'][number];

/** More rows make a page that no browser prints; what is not ok comes first, and the JSON names every file. */
const MOST_FILES = 5_000;

const VERDICTS: Readonly<Record<Report['verdict'], readonly [Tone, string, string]>> = {
  whole: ['ok', 'Whole', 'Every byte is what was packed.'],
  incomplete: [
    'warn',
    'Incomplete',
    'Whole as far as it says it is; something could not be had when it was sealed.',
  ],
  damaged: [
    'fail',
    'Do not use',
    'This bundle is not what was packed. Copy it again from where it was packed, and verify that.',
  ],
};

const FILE_STATES: Readonly<Record<File['state'], readonly [Tone, string]>> = {
  damaged: ['fail', 'Damaged'],
  missing: ['fail', 'Missing'],
  unexpected: ['warn', 'Unexpected'],
  litter: ['warn', 'Left by an operating system'],
  ok: ['ok', 'Intact'],
};
const ORDER = Object.keys(FILE_STATES);

const ITEM_STATES: Readonly<Record<Report['items'][number]['state'], readonly [Tone, string]>> = {
  ok: ['ok', 'Intact'],
  damaged: ['fail', 'Damaged'],
  incomplete: ['warn', 'Incomplete'],
};

export function renderVerify({ bundle, inspection, report, receipt }: VerifyJobResult): string {
  const [tone, verdict, sentence] = VERDICTS[report.verdict];
  const { totals } = report;
  return renderPage({
    title: `Verify report: ${bundle.name}`,
    tone,
    verdict,
    sentence: `${sentence} ${counted(totals.ok, 'file')} intact, ${bytes(totals.bytes)} read.`,
    sections: [
      section('Bundle', [
        facts([
          ['Name', bundle.name],
          ['Marking', bundle.marking],
          ['Description', inspection.description],
          ['Id', code(bundle.id)],
          ['Fingerprint', code(bundle.fingerprint.hex)],
          ['Signature', 'None. Nobody vouches for this bundle but whoever compares these words.'],
          ['Sealed', inspection.created],
          ['Read at', bundle.path],
          [
            'Inside',
            `${counted(inspection.items.length, 'item')}, ${counted(inspection.blobs, 'blob')}, ${bytes(inspection.bytes)}`,
          ],
        ]),
      ]),
      section('Fingerprint in words', [fingerprintWords(bundle.fingerprint.words)]),
      section('Findings', findings(report, bundle.warnings)),
      section(`Items (${report.items.length})`, itemTable(report, inspection)),
      section(`Files (${report.files.length})`, fileTable(report.files)),
      notesSection(report),
      section('Job', [jobFacts(receipt)]),
      toolsSection(receipt),
    ],
    foot: footOf(receipt),
  });
}

function findings({ totals, layersUnpacked }: Report, warnings: readonly string[]): readonly Html[] {
  const rows: readonly (readonly [number: number, tone: Tone, ofOne: string, ofMany: string])[] = [
    [totals.damaged, 'fail', 'has other bytes than were packed', 'have other bytes than were packed'],
    [totals.missing, 'fail', 'is missing', 'are missing'],
    [totals.unexpected, 'warn', 'is there that nobody packed', 'are there that nobody packed'],
    [totals.litter, 'warn', 'was left by an operating system', 'were left by an operating system'],
  ];
  const found = rows
    .filter(([number]) => number > 0)
    .map(
      ([number, tone, ofOne, ofMany]) =>
        html`<li>${state(tone, counted(number, 'file'))} ${number === 1 ? ofOne : ofMany}</li>`,
    );
  const layers =
    layersUnpacked === 0
      ? []
      : [html`<li>${counted(layersUnpacked, 'layer')} decompressed and held against the image</li>`];
  const warned = warnings.map((warning) => html`<li>${state('warn', 'Warning')} ${warning}</li>`);
  const nothing = found.length === 0 ? [html`<li>No file is damaged, missing or unexpected.</li>`] : found;
  return [
    html`<ul>
      ${[...nothing, ...warned, ...layers]}
    </ul>`,
  ];
}

function itemTable({ items }: Report, inspection: VerifyJobResult['inspection']): readonly Html[] {
  const inside = new Map(inspection.items.map((item) => [`${item.kind} ${item.reference}`, item]));
  const sorted = items.toSorted((a, b) => Number(a.state === 'ok') - Number(b.state === 'ok'));
  return table(
    ['State', 'Kind', 'Item'],
    sorted.map(({ kind, reference, digest, state: word, files }) => {
      const [tone, text] = ITEM_STATES[word];
      const source = inside.get(`${kind} ${reference}`)?.source ?? '';
      const lines = [
        source === '' ? '' : `from ${source}`,
        code(digest),
        ...files.map((file) => `hit: ${file}`),
      ];
      return [shortCell(state(tone, text)), shortCell(kind), cell(html`${reference}${under(lines)}`)];
    }),
  );
}

function fileTable(files: readonly File[]): readonly Html[] {
  const sorted = files.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const left = files.length - MOST_FILES;
  return [
    ...table(
      ['State', 'File', 'Bytes'],
      sorted.slice(0, MOST_FILES).map((file) => {
        const { path, size = file.foundSize, state: word, why } = file;
        const [tone, text] = FILE_STATES[word];
        return [
          shortCell(state(tone, text)),
          cell(html`${code(path)}${why === undefined ? '' : html` ${why}`}${under(sealedAndFound(file))}`),
          numberCell(size === undefined ? '' : size.toLocaleString('en-US')),
        ];
      }),
    ),
    ...(left > 0 ? [html`<p>${counted(left, 'more file')}: the JSON report names them.</p>`] : []),
  ];
}

/** What to compare by hand: the sum in the lists, and what lies on the medium. */
function sealedAndFound({ state: word, size, sha256, foundSize, foundSha256 }: File): readonly Html[] {
  if (word === 'ok') return [];
  const sealed = sha256 === undefined ? [] : [html`sealed: sha256 ${code(sha256)}`];
  if (word === 'missing') return [...sealed, html`found: nothing`];
  if (foundSize === undefined) return sealed;
  const exact = `${foundSize.toLocaleString('en-US')} bytes`;
  if (foundSha256 === undefined)
    return [...sealed, html`found: ${exact}, ${size === undefined ? 'not opened' : 'not hashed'}`];
  const length = size === foundSize ? 'the length is right' : exact;
  return [...sealed, html`found: sha256 ${code(foundSha256)}, ${length}`];
}
