// Reports as files: what stands in them, and that nothing of a bundle can become markup.
import { describe, expect, it } from 'vitest';
import { CommandResult } from '../../../shared/format/command-result.ts';
import { Receipt } from '../../../shared/format/receipt.ts';
import { html } from '../../../electron/host/reports/html.ts';
import { receiptReport, verifyReport } from '../../../electron/host/reports/render.ts';
import type { VerifyJobResult } from '../../../electron/host/reports/verify-report.ts';
import { DIGEST, makeReceipt } from './receipts.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='a'>&\u202Egnp`;

function verified(text: string): VerifyJobResult {
  const receipt = makeReceipt(1, { desk: 'verify', notes: [text], host: text });
  return {
    desk: 'verify',
    bundle: {
      path: `/media/${text}`,
      form: 'directory',
      name: text,
      id: DIGEST,
      marking: text,
      fingerprint: { hex: 'ab12', words: `velvet anchor ${text}` },
      signed: false,
      warnings: [text],
    },
    inspection: {
      description: text,
      created: '2026-01-01T00:00:00Z',
      items: [
        {
          kind: 'image',
          reference: text,
          refName: text,
          digest: DIGEST,
          source: text,
          platforms: [],
          attached: 0,
          notes: [],
        },
      ],
      blobs: 3,
      bytes: 1_234_567,
      absent: {},
    },
    report: {
      verdict: 'damaged',
      files: [
        { path: 'README.txt', size: 12, state: 'ok' },
        { path: `blobs/${text}`, size: 1_000_000, state: 'damaged', why: text },
      ],
      items: [{ kind: 'image', reference: text, digest: DIGEST, state: 'damaged', files: [text] }],
      totals: { ok: 1, damaged: 1, missing: 0, unexpected: 0, litter: 2, bytes: 1_000_012 },
      layersUnpacked: 0,
      notes: [text],
    },
    receipt,
  };
}

describe('html', () => {
  it('escapes every text and shows signs that would hide', () => {
    expect(html`<p title="${`"'<&>`}">${'a\u202Eb\nc\0'}</p>`.markup).toBe(
      '<p title="&quot;&#39;&lt;&amp;&gt;">a\\u202eb c\\u0000</p>',
    );
  });
});

describe('verify report', () => {
  it('lets nothing of a bundle become markup', () => {
    const { text } = verifyReport(verified(HOSTILE), 'html');
    expect(text).not.toMatch(/<script|<img|\u202E/i);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('is one page that needs nothing else', () => {
    const { text } = verifyReport(verified('plant'), 'html');
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<(?:script|link|iframe|img)\b|(?:src|href)=|url\(|@import/i);
    expect(text).toContain('@page');
  });

  it('says the verdict first, then the words, the findings, items and files', () => {
    const { text } = verifyReport(verified('plant'), 'html');
    const order = [
      'Do not use',
      'velvet',
      'Findings',
      'has other bytes',
      '2 files',
      'Items (1)',
      'Files (2)',
      'README.txt',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text.indexOf('blobs/plant')).toBeLessThan(text.indexOf('README.txt'));
  });

  it('says of each finding what was sealed and what lies there instead', () => {
    const result = verified('plant');
    const [sealed, other] = ['5'.repeat(64), 'd'.repeat(64)];
    const { text } = verifyReport(
      {
        ...result,
        report: {
          ...result.report,
          files: [
            { path: 'a', size: 9, state: 'damaged', sha256: sealed, foundSize: 9, foundSha256: other },
            { path: 'b', size: 9000, state: 'damaged', sha256: sealed, foundSize: 1234 },
            { path: 'c', size: 9, state: 'missing', sha256: sealed },
            { path: 'd', state: 'unexpected', foundSize: 12 },
            { path: 'e', size: 9, state: 'ok' },
          ],
        },
      },
      'html',
    );
    const said = text
      .slice(text.indexOf('Files (5)'))
      .split('<tr>')
      .slice(1)
      .map((row) =>
        row
          .replaceAll(/<[^>]+>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      );
    expect(said[1]).toContain(`sealed: sha256 ${sealed} found: sha256 ${other} , the length is right`);
    expect(said[2]).toContain(`sealed: sha256 ${sealed} found: 1,234 bytes, not hashed`);
    expect(said[3]).toContain(`sealed: sha256 ${sealed} found: nothing`);
    expect(said[4]).toContain('d found: 12 bytes, not opened 12');
    expect(said[5]).not.toContain('found');
  });

  it('is as JSON what the command prints', () => {
    const { name, text } = verifyReport(verified('plant'), 'json');
    expect(CommandResult.parse(JSON.parse(text))).toMatchObject({ verb: 'verify', verdict: 'damaged' });
    expect(name).toBe(`plant-1-verify-report-${makeReceipt(1).job}.json`);
  });
});

describe('receipt', () => {
  it('lets no name become markup, in the page or in the name of the file', () => {
    const { bundle, items, ...rest } = makeReceipt(1);
    const hostile: Receipt = {
      ...rest,
      ...(bundle === undefined ? {} : { bundle: { ...bundle, name: `../${HOSTILE}`, words: HOSTILE } }),
      outcome: 'partial',
      place: HOSTILE,
      items: items.map((item) => ({
        ...item,
        item: HOSTILE,
        target: HOSTILE,
        outcome: 'failed',
        notes: [HOSTILE],
        error: { code: 'DENIED', message: HOSTILE, side: 'target', remedy: HOSTILE, details: {}, causes: [] },
      })),
      tools: [{ name: HOSTILE, version: HOSTILE, path: HOSTILE }],
    };
    const { name, text } = receiptReport(hostile, 'html');
    expect(text).not.toMatch(/<script|<img|\u202E/i);
    expect(name).toMatch(/^[A-Za-z0-9._-]+\.html$/);
  });

  it('tells how it ended in words and is the receipt itself as JSON', () => {
    const receipt = makeReceipt(1);
    expect(receiptReport(receipt, 'html').text).toContain('1 item: 1 done.');
    expect(Receipt.parse(JSON.parse(receiptReport(receipt, 'json').text))).toEqual(receipt);
  });
});
