// What the screens weigh on the way to a browser: a station on an old machine opens at once.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const BUILT = join(import.meta.dirname, '../../out/renderer');
const MOST_KB = 350;

describe('The screens as they are built', () => {
  const files = readdirSync(BUILT, { recursive: true, encoding: 'utf8' });

  it(`weigh less than ${MOST_KB} kB packed, fonts aside`, () => {
    const weights = files
      .filter((path) => /\.(?:js|css)$/.test(path))
      .map((path) => gzipSync(readFileSync(join(BUILT, path))).length);
    expect(weights.length).toBeGreaterThan(4);
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 1000).toBeLessThan(MOST_KB);
  });

  it('have each desk in a piece of its own, no maps, and Latin letters alone', () => {
    expect(files.filter((path) => /Screen-.*\.js$/.test(path))).toHaveLength(6);
    expect(files.filter((path) => path.endsWith('.map'))).toEqual([]);
    const fonts = files.filter((path) => /\.(?:woff2?|ttf|otf)$/.test(path));
    expect(fonts.filter((path) => !/(?:inter|jetbrains-mono)-latin/.test(path))).toEqual([]);
  });
});
