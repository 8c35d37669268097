// `npm run screenshots`: every screen of the web station at work on a real engine and real registries, into screenshots-output/.
//   -- pack verify    these alone
import { spawnSync } from 'node:child_process';
import { chromium } from '@playwright/test';
import config from '../../build/playwright.config.ts';
import { program } from './chapters.ts';
import type { Chapter } from './chapters.ts';
import { openSite } from './site.ts';

const HERE = '--here';
const wanted = process.argv.slice(2).filter((word) => word !== HERE);

for (const [name, chapter] of Object.entries(program))
  if (wanted.length === 0 || wanted.includes(name)) {
    if (chapter.side === 'connected' || process.argv.includes(HERE)) await take(chapter);
    else takeWithoutRoute(name, chapter);
  }

async function take({ pictures }: Chapter): Promise<void> {
  const browser = await chromium.launch(config.use?.launchOptions ?? {});
  try {
    const site = await openSite(browser);
    try {
      await pictures(site);
    } finally {
      await site.close();
    }
  } finally {
    await browser.close();
  }
}

/** A machine on the disconnected side has no route that leads outside: neither has a namespace with nothing but loopback. */
function takeWithoutRoute(name: string, chapter: Chapter): void {
  const can =
    spawnSync('unshare', ['--map-root-user', '--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
  const again = [process.execPath, import.meta.filename, HERE, name];
  const { status } = can
    ? spawnSync(
        'unshare',
        ['--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...again],
        { stdio: 'inherit' },
      )
    : spawnSync(process.execPath, again.slice(1), { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${name} (${chapter.side} side) ended with ${status}`);
}
