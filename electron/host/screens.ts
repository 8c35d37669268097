// The built screens as a station hands them out: read once, known by exact name, each with the headers that hold the page.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Stands in the built page where the nonce of one answer goes (build/build.ts). */
const NONCE_PLACE = /__AIRLOCK_NONCE__/g;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface ScreenFile {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Screens {
  /** What lies at a path such as `/` or `/assets/start-1a2b.js`; undefined where nothing does. */
  file(path: string): ScreenFile | undefined;
}

/** Where the built screens lie: beside the bundle that this was built into, or below the sources' `out`. */
export function screensFolder(): string {
  const bundled = new URL('./renderer/', import.meta.url);
  return fileURLToPath(existsSync(bundled) ? bundled : new URL('../../out/renderer/', import.meta.url));
}

/**
 * Reads the folder that `npm run build` wrote; empty where it is not there. Only what was found then can be asked for, so no
 * path leads out of it. `connect` is what the page may call: nobody in the window, its own station in the web.
 */
export async function readScreens(folder: string, connect: "'none'" | "'self'"): Promise<Screens> {
  const bodies = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []))
    if (entry.isFile()) {
      const file = join(entry.parentPath, entry.name);
      bodies.set(`/${relative(folder, file).split(sep).join('/')}`, await readFile(file));
    }
  return {
    file(path) {
      const name = path === '/' ? '/index.html' : path;
      const body = bodies.get(name);
      const type = TYPES[extname(name)];
      if (body === undefined || type === undefined) return undefined;
      const nonce = randomBytes(16).toString('base64');
      const isPage = name.endsWith('.html');
      return {
        body: isPage ? Buffer.from(body.toString('utf8').replaceAll(NONCE_PLACE, nonce)) : body,
        headers: {
          ...heldBy(nonce, connect),
          'content-type': type,
          // The name of what is below assets holds a hash of its content; what is not is asked for anew.
          'cache-control': name.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
        },
      };
    },
  };
}

/** The headers of every answer of a station, a page's or not: nothing is framed, guessed at, embedded or told to others. */
export function heldBy(nonce: string | undefined, connect: "'none'" | "'self'"): Record<string, string> {
  const style = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`;
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src ${style}`,
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src ${connect}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
  };
}
