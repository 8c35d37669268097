// The figures of a bench run as a page.
export interface Row {
  readonly scenario: string;
  readonly tool: string;
  /** Median. */
  readonly seconds: number;
  readonly spread: readonly [number, number];
  readonly peakBytes: number;
}

export interface Figures {
  readonly machine: string;
  readonly date: string;
  readonly size: string;
  readonly runs: number;
  readonly rows: readonly Row[];
}

const TITLES: Readonly<Record<string, string>> = {
  'pack-big': 'Pack: five images sharing a base, plain HTTP',
  'pack-big-tls': 'Pack: the same over TLS',
  'pack-small': 'Pack: 200 small images',
  'import-big': 'Import: the five big images into an empty registry',
  'import-big-again': 'Import: the same once more, nothing missing',
  'import-small': 'Import: 200 small images into an empty registry',
  'import-small-again': 'Import: the same once more, nothing missing',
  verify: 'Verify: 4 GiB in 16 blobs',
  'memory-1GiB': 'Peak memory at 1 GiB (on disk, one run)',
  'memory-10GiB': 'Peak memory at 10 GiB (on disk, one run)',
};

/** Markdown. A ratio is the other tool's median over Airlock's: above 1, Airlock is faster. */
export function report(figures: Figures): string {
  const scenarios = [...new Set(figures.rows.map((row) => row.scenario))];
  const sections = scenarios.map((scenario) => {
    const rows = figures.rows.filter((row) => row.scenario === scenario);
    const ours = rows.find((row) => row.tool === 'airlock')?.seconds;
    const lines = rows.map((row) => {
      const ratio = ours === undefined || row.tool === 'airlock' ? '' : `${(row.seconds / ours).toFixed(2)}×`;
      const spread = `${row.spread[0].toFixed(2)}–${row.spread[1].toFixed(2)}`;
      return `| ${row.tool} | ${row.seconds.toFixed(2)} | ${spread} | ${ratio} | ${Math.round(row.peakBytes / 1e6)} |`;
    });
    return [
      `## ${TITLES[scenario] ?? scenario}`,
      '',
      '| Tool | Median s | Range s | Its time over ours | Peak MB |',
      '|---|---:|---:|---:|---:|',
      ...lines,
      '',
    ].join('\n');
  });
  return [
    '# Bench',
    '',
    `Last full run, ${figures.date}: ${figures.machine}. Big images ${figures.size}, ${figures.runs} interleaved runs after one that is not`,
    'counted, a real docker-registry on loopback, whole processes. Peak MB is the largest process’s resident set as the kernel counted it.',
    'Airlock packs from the list, so resolving every reference, signature and referrer is inside its time; every byte is hashed both ways.',
    'Make it anew with `npm run bench -- --write`; `-- --json FILE` gives the figures as data.',
    '',
    ...sections,
  ].join('\n');
}

/** The page with the section of this head replaced by another, or with that one at its end. A section ends where the next begins. */
export function replaceSection(page: string, head: string, text: string): string {
  const before = page.split(/^(?=## )/m).filter((section) => !section.startsWith(head));
  return `${before.join('').trimEnd()}\n\n${text.trimEnd()}\n`;
}

/** The section of this head as it stands; empty where there is none. */
export function sectionOf(page: string, head: string): string {
  return page.split(/^(?=## )/m).find((section) => section.startsWith(head)) ?? '';
}
