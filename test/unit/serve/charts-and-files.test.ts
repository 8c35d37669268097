import { describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { digestOf } from '../../../electron/engine/oci/digester.ts';
import { makeChart, makeProvenance, seededBytes } from '../../support/make-content.ts';
import { ask, json, serve } from './ask.ts';
import { chartItem, fileItem, memoryBundle } from './memory-bundle.ts';

const coder = { name: 'coder', version: '1.44.0+build.7' };
const chart = makeChart(coder);
const hex = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const chartBundle = () =>
  memoryBundle('charts', [
    chartItem('helm.example.com/stable', chart, coder, { provenance: true }),
    chartItem('helm.example.com/stable', makeChart({ name: 'plain', version: '1.10' }), {
      name: 'plain',
      version: '1.10',
    }),
  ]);

describe('the chart repository', () => {
  it('has an index with relative urls, digests and what Chart.yaml says', async () => {
    const serving = await serve({ bundles: [chartBundle()] });
    const reply = await ask(serving, '/charts/index.yaml');
    expect(json(reply)).toEqual({
      apiVersion: 'v1',
      generated: '2026-01-02T03:04:05Z',
      entries: {
        coder: [
          {
            apiVersion: 'v2',
            ...coder,
            created: '2026-01-02T03:04:05Z',
            digest: hex(chart.bytes),
            urls: ['coder-1.44.0+build.7.tgz'],
          },
        ],
        // A text, not the number 1.1.
        plain: [expect.objectContaining({ version: '1.10' })],
      },
    });
  });

  it('lists a chart whose name is one that every JavaScript object has', async () => {
    const named = { name: 'constructor', version: '1.0.0' };
    const item = chartItem('helm.example.com/odd', makeChart(named), named);
    const serving = await serve({ bundles: [memoryBundle('odd', [item])] });
    const { entries } = json(await ask(serving, '/charts/index.yaml')) as { entries: object };
    expect(Object.entries(entries)).toEqual([['constructor', [expect.objectContaining(named)]]]);
  });

  it('serves archives and their provenance, by + and by %2B', async () => {
    const serving = await serve({ bundles: [chartBundle()] });
    for (const name of ['coder-1.44.0+build.7.tgz', 'coder-1.44.0%2Bbuild.7.tgz']) {
      const reply = await ask(serving, `/charts/${name}`);
      expect([reply.status, hex(reply.body)]).toEqual([200, hex(chart.bytes)]);
      const provenance = await ask(serving, `/charts/${name}.prov`);
      expect(provenance.body.toString()).toBe(makeProvenance(chart));
    }
  });

  it('has no provenance where there was none, and no chart it does not list', async () => {
    const serving = await serve({ bundles: [chartBundle()] });
    expect((await ask(serving, '/charts/plain-1.10.tgz.prov')).status).toBe(404);
    expect((await ask(serving, '/charts/none-1.0.tgz')).status).toBe(404);
    expect((await ask(serving, '/charts/../files/x')).status).toBe(404);
  });

  it('lists neither of two charts that share name and version but not bytes, and says which they are', async () => {
    const again = makeChart({ ...coder, description: 'another' });
    const bundles = [chartBundle(), memoryBundle('more', [chartItem('other.example/charts', again, coder)])];
    const serving = await serve({ bundles });
    expect(
      Object.keys((json(await ask(serving, '/charts/index.yaml')) as { entries: object }).entries),
    ).toEqual(['plain']);
    const reply = await ask(serving, '/charts/coder-1.44.0+build.7.tgz');
    expect(reply.status).toBe(404);
    expect(reply.body.toString()).toContain(
      'helm.example.com/stable/coder:1.44.0+build.7, other.example/charts/coder',
    );
  });

  it('lists a chart once that two bundles carry', async () => {
    const serving = await serve({ bundles: [chartBundle(), chartBundle()] });
    const { entries } = json(await ask(serving, '/charts/index.yaml')) as { entries: { coder: object[] } };
    expect(entries.coder).toHaveLength(1);
  });

  it('leaves out a chart whose name would be a path, with a notice', async () => {
    const notices: string[] = [];
    const evil = { name: '../../etc', version: '1.0.0' };
    const bundle = memoryBundle('evil', [chartItem('helm.example.com/x', chart, evil)]);
    const serving = await serve({ bundles: [bundle], onNotice: (text) => notices.push(text) });
    expect((json(await ask(serving, '/charts/index.yaml')) as { entries: object }).entries).toEqual({});
    expect(notices.join()).toContain('Not in the chart repository');
  });

  // D8: the tag of a version with `+` has `_`, as Helm asks for it.
  it('has classic charts as OCI artifacts, too, under the tag that Helm makes of the version', async () => {
    const serving = await serve({ bundles: [chartBundle()] });
    for (const name of ['helm.example.com/stable/coder', 'charts/coder']) {
      expect(json(await ask(serving, `/v2/${name}/tags/list`))).toEqual({ name, tags: ['1.44.0_build.7'] });
      expect((await ask(serving, `/v2/${name}/manifests/1.44.0_build.7`)).status).toBe(200);
    }
  });
});

describe('files', () => {
  const bytes = seededBytes('file', 200_000);
  // P23: a file's name is no repository name; it may begin with a dot.
  const hidden = Buffer.from('hidden');
  const bundle = () =>
    memoryBundle('files', [fileItem('bin/tööl <1>.run', bytes), fileItem('.hidden', hidden)]);

  it('are downloads that no browser takes for a page', async () => {
    const serving = await serve({ bundles: [bundle()] });
    const reply = await ask(serving, `/files/bin/${encodeURIComponent('tööl <1>.run')}`);
    expect(reply.body.equals(bytes)).toBe(true);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''t%C3%B6%C3%B6l%20%3C1%3E.run",
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'docker-content-digest': digestOf(bytes),
    });
  });

  it('whose names begin with a dot are there, as a file and as an artifact', async () => {
    const serving = await serve({ bundles: [bundle()] });
    const reply = await ask(serving, '/files/.hidden');
    expect([reply.status, reply.body.toString()]).toEqual([200, 'hidden']);
    expect(reply.headers['content-disposition']).toContain('filename=".hidden"');
    const { repositories } = json(await ask(serving, '/v2/_catalog')) as { repositories: string[] };
    const name = repositories.find((one) => one.startsWith('files/hidden-'));
    expect((json(await ask(serving, `/v2/${name}/tags/list`)) as { tags: string[] }).tags).toHaveLength(1);
  });

  it('can be fetched in parts', async () => {
    const serving = await serve({ bundles: [bundle()] });
    const path = `/files/bin/${encodeURIComponent('tööl <1>.run')}`;
    const reply = await ask(serving, path, { headers: { range: 'bytes=100000-' } });
    expect([reply.status, reply.body.equals(bytes.subarray(100_000))]).toEqual([206, true]);
  });

  it.each(['/files/none', '/files/bin', '/files/../charts/index.yaml', '/files/%2e%2e/x'])(
    '%s is not there',
    async (path) => {
      expect((await ask(await serve({ bundles: [bundle()] }), path)).status).toBe(404);
    },
  );

  it('that are not the same in all bundles are refused with the candidates', async () => {
    const bundles = [bundle(), memoryBundle('more', [fileItem('.hidden', Buffer.from('other'))])];
    const reply = await ask(await serve({ bundles }), '/files/.hidden');
    expect(reply.status).toBe(404);
    expect(reply.body.toString()).toContain(`${digestOf(hidden)} in bundle files`);
  });

  it('are listed on a page that escapes what it shows and runs nothing', async () => {
    const serving = await serve({ bundles: [bundle()] });
    const reply = await ask(serving, '/files/');
    const page = reply.body.toString();
    expect(page).toContain('<a href="/files/bin/t%C3%B6%C3%B6l%20%3C1%3E.run">bin/tööl &#60;1&#62;.run</a>');
    expect(page).not.toMatch(/<script|onload=|<1>/);
    expect(reply.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });
});

describe('the first page', () => {
  it('tells what is here, escaped, and names each bundle and its fingerprint', async () => {
    const serving = await serve({ bundles: [chartBundle()] });
    const reply = await ask(serving, '/', { headers: { host: 'localhost:1' } });
    const page = reply.body.toString();
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page).toContain('<strong>charts</strong>');
    expect(page).toContain('helm repo add airlock http://localhost:1/charts');
    expect(page).toContain('helm.example.com/stable/coder');
    expect(page).not.toContain('may push and delete');
  });
});
