// States of the server and bundles as the Serve desk's tests want them.
import type { AboutBundle } from '../../../renderer/serve/serve-store.ts';
import type { ServedRequestRow, ServeState } from '../../../shared/ipc/schemas.ts';
import type { FoundBundle } from '../../../shared/station/media.ts';

const DIGEST = `sha256:${'c3'.repeat(32)}` as ServeState['bundles'][number]['id'];

export function makeSummary(path: string): ServeState['bundles'][number] {
  return {
    path,
    form: 'directory',
    name: path.split('/').at(-1)?.replace('.airlock', '') ?? '',
    id: DIGEST,
    fingerprint: { hex: 'c3c3', words: 'one two three four five six seven eight' },
    signed: false,
    warnings: [],
  };
}

export function makeState(change: Partial<ServeState> = {}): ServeState {
  return {
    on: true,
    since: Date.parse('2026-11-20T10:51:00'),
    url: 'http://127.0.0.1:5000',
    addresses: ['http://127.0.0.1:5000', 'http://10.20.0.5:5000'],
    isPlainHttp: true,
    writable: null,
    bundles: [makeSummary('/media/USB/plant.airlock')],
    requests: 2,
    refused: 1,
    sentBytes: 41_200_000,
    receivedBytes: 0,
    recent: [
      makeRequest({ status: 404, path: '/v2/none/manifests/1' }),
      makeRequest({ path: '/v2/team/api/manifests/1' }),
    ],
    ...change,
  };
}

export function makeRequest(change: Partial<ServedRequestRow> = {}): ServedRequestRow {
  return {
    at: Date.parse('2026-11-20T11:04:32'),
    method: 'GET',
    path: '/v2/',
    status: 200,
    bytes: 2,
    client: '10.20.0.52',
    ...change,
  };
}

export function makeFoundBundle(path: string): FoundBundle {
  return {
    path,
    name: path.split('/').at(-1)?.replace('.airlock', '') ?? '',
    form: 'directory',
    bytes: 2_570_000_000,
    items: 34,
    created: '2026-11-19T14:05:00Z',
  };
}

export function makeAbout(path: string): AboutBundle {
  const item = (kind: 'image' | 'chart', reference: string) => ({
    kind,
    reference,
    refName: reference,
    digest: DIGEST,
    source: reference,
    platforms: [],
    attached: 0,
    notes: [],
  });
  return {
    bundle: makeSummary(path),
    inspection: {
      created: '2026-11-19T14:05:00Z',
      items: [item('image', 'a:1'), item('image', 'b:1'), item('chart', 'c:1')],
      blobs: 12,
      bytes: 2_570_000_000,
      absent: {},
    },
    found: makeFoundBundle(path),
    lastVerify: { job: 'v', at: '2026-11-20T09:12:00', outcome: 'done' },
  };
}
