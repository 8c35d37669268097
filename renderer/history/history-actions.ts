// What the History desk asks for: jobs page after page, what has come since, and receipts.
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { unwrap, wireOf } from '../store/unwrap.ts';
import { historyTexts } from '../texts/history.ts';
import { formatCount } from '../ui/quantities.ts';
import { isEverything, useHistory } from './history-store.ts';
import type { HistoryQuery } from './history-store.ts';

const FIRST_PAGE = 200;
const NEXT_PAGE = 1000;
const TYPING_MS = 200;

/** Rises with every question: an answer to an older one is dropped. */
let asked = 0;
let typing: ReturnType<typeof setTimeout> | undefined;

/** Asks for the first rows at once, and then for all others, a page at a time. */
export async function loadHistory(): Promise<void> {
  clearTimeout(typing);
  typing = undefined;
  asked += 1;
  const mine = asked;
  const { query } = useHistory.getState();
  try {
    const first = await page(query, 0, FIRST_PAGE);
    if (mine !== asked) return;
    const { rows: newest, total, isReading = false } = first;
    useHistory.setState({ rows: newest, total, isReading, error: null });
    if (!isEverything(query)) announce(historyTexts.announce.found(formatCount(first.total, 'job')));
    let { rows } = useHistory.getState();
    while (rows.length < (useHistory.getState().total ?? 0)) {
      const next = await page(query, rows.length, NEXT_PAGE);
      if (mine !== asked || next.rows.length === 0) return;
      rows = [...rows, ...next.rows];
      useHistory.setState({ rows, total: next.total, isReading: next.isReading ?? false });
    }
  } catch (thrown) {
    if (mine === asked) useHistory.setState({ error: wireOf(thrown) });
  }
}

/** Looks whether jobs ended since, in any host; does nothing where none did. */
export async function lookForNew(): Promise<void> {
  const mine = asked;
  const { query, rows, total, isReading } = useHistory.getState();
  try {
    const first = await page(query, 0, 1);
    if (mine !== asked || typing !== undefined) return;
    if (isReading || first.total !== total || first.rows[0]?.job !== rows[0]?.job) await loadHistory();
  } catch (thrown) {
    if (mine === asked) useHistory.setState({ error: wireOf(thrown) });
  }
}

/** Narrows down what is shown. Words are looked for once the typing rests. */
export function search(change: Partial<HistoryQuery>): void {
  useHistory.setState(({ query }) => ({ query: { ...query, ...change }, selected: null }));
  clearTimeout(typing);
  typing = setTimeout(
    () => {
      typing = undefined;
      void loadHistory();
    },
    change.text === undefined ? 0 : TYPING_MS,
  );
}

/** Reads a receipt once; why it cannot be read is kept in its place until it is asked for again. */
export async function readReceipt(job: string): Promise<void> {
  const known = useHistory.getState().receipts[job];
  if (known !== undefined && 'receipt' in known) return;
  let found;
  try {
    found = unwrap(await bridge().history.receipt({ job }));
  } catch (thrown) {
    found = wireOf(thrown);
  }
  const receipt = found;
  useHistory.setState(({ receipts }) => ({ receipts: { ...receipts, [job]: receipt } }));
}

async function page(query: HistoryQuery, offset: number, limit: number) {
  return unwrap(await bridge().history.list({ ...query, text: query.text.trim(), offset, limit }));
}
