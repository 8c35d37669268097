// The receipt of the chosen job beside the gap: when, where, how much, and the words of its bundle.
import type { HistoryRow } from '../../shared/ipc/schemas.ts';
import { codeOf, historyTexts } from '../texts/history.ts';
import { Digest } from '../ui/Digest.tsx';
import { FingerprintWords } from '../ui/FingerprintWords.tsx';
import { Plate } from '../ui/Plate.tsx';
import { formatBytes, formatNumber } from '../ui/quantities.ts';
import { When } from '../ui/When.tsx';
import { receiptIn, useHistory } from './history-store.ts';
import styles from './History.module.css';
import { folderOf } from './lines.ts';

const words = historyTexts.panel;

/** What the row tells stands at once; the rest when the receipt was read. */
export function ReceiptPlates({ row }: { readonly row: HistoryRow }) {
  const receipt = useHistory((state) => receiptIn(state, row.job));
  const isRead = useHistory(({ receipts }) => receipts[row.job] !== undefined);
  const ended = receipt?.ended ?? new Date(Date.parse(row.started) + row.seconds * 1000).toISOString();
  return (
    <>
      <Plate
        facts={[
          { term: words.job, value: words.onHost(historyTexts.desks[row.desk].toLowerCase(), row.host) },
          { term: words.started, value: <When iso={row.started} /> },
          { term: words.ended, value: <When iso={ended} /> },
          ...(row.place === null
            ? []
            : [{ term: words.place, value: <span title={row.place}>{folderOf(row.place)}</span> }]),
          ...(receipt?.bundle === undefined
            ? []
            : [{ term: words.id, value: <Digest value={receipt.bundle.id} /> }]),
        ]}
      />
      <Plate
        facts={[
          {
            term: words.items,
            value: historyTexts.of(formatNumber(row.doneItems), formatNumber(row.totalItems)),
            isNumber: true,
          },
          ...(MOVES.has(row.desk)
            ? [
                { term: words.moved[row.desk], value: formatBytes(row.bytes), isNumber: true },
                ...(receipt === undefined || row.desk === 'verify'
                  ? []
                  : [
                      {
                        term: words.again[row.desk],
                        value: formatBytes(receipt.bytesResent),
                        isNumber: true,
                      },
                    ]),
              ]
            : []),
        ]}
      />
      {row.words !== null && (
        <Plate title={words.fingerprint} facts={[]} notes={[words.notSigned]}>
          <FingerprintWords words={row.words} />
        </Plate>
      )}
      {codeOf(row.firstNote) !== null && (
        <Plate title={words.note} facts={[]}>
          <p className={styles['note']}>{row.firstNote?.replace(/^[A-Z_]+: /, '')}</p>
        </Plate>
      )}
      {isRead && receipt === undefined && <Plate facts={[]} notes={[words.unread]} />}
    </>
  );
}

const MOVES: ReadonlySet<HistoryRow['desk']> = new Set(['pack', 'verify', 'import', 'export']);
