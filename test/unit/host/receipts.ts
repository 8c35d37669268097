// Receipts for tests, as jobs of many days left them.
import { DigestSchema } from '../../../shared/domain/digest.ts';
import type { Receipt } from '../../../shared/format/receipt.ts';

/** For whatever needs one. */
export const DIGEST = DigestSchema.parse(`sha256:${'ab'.repeat(32)}`);

const HEX = '0123456789abcdef';

/** The `index`th of a long series: one a minute. */
export function makeReceipt(index: number, more: Partial<Receipt> = {}): Receipt {
  const started = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString().slice(0, 19);
  const stamp = started.replaceAll(/[-:]/g, '');
  const digest = DigestSchema.parse(
    `sha256:${(index.toString(16).padStart(8, '0') + HEX.repeat(4)).slice(0, 64)}`,
  );
  return {
    receipt: 1,
    job: `${stamp}Z-import-${index.toString(16).padStart(6, '0')}`,
    desk: 'import',
    started: `${started}Z`,
    ended: `${started}Z`,
    host: 'bench-07',
    airlock: '0.1.0',
    bundle: {
      name: `plant-${index}`,
      id: digest,
      fingerprint: digest.slice(7, 39),
      words: 'velvet anchor ribbon candle',
      signed: false,
    },
    place: 'registry.plant.example/mirror',
    outcome: 'done',
    exit: 0,
    bytesSent: 1000,
    bytesResent: 0,
    items: [
      {
        kind: 'image',
        item: `quay.io/team/cert-manager-${index}:1.0`,
        source: 'quay.io/team/cert-manager',
        target: `registry.plant.example/mirror/team/cert-manager-${index}:1.0`,
        digest,
        outcome: 'carried',
        bytes: 1000,
        notes: [],
      },
    ],
    notes: [],
    tools: [],
    ...more,
  };
}
