// Takes one screen in every look: both themes, both sizes, one after the other while the station stands as it is.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

export const FOLDER = join(import.meta.dirname, '../../screenshots-output');

const SIZES = [
  { width: 1280, height: 800, mark: '' },
  { width: 1920, height: 1080, mark: '-1920x1080' },
] as const;
const THEMES = ['light', 'dark'] as const;

/** `pack-lock` gives pack-lock.png, pack-lock-dark.png and both at 1920x1080. The page is left as it was. */
export async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const before = await themeOf(page);
  for (const { mark, ...size } of SIZES) {
    await page.setViewportSize(size);
    for (const theme of THEMES) {
      await setTheme(page, theme);
      await settle(page);
      const path = join(FOLDER, `${name}${theme === 'dark' ? '-dark' : ''}${mark}.png`);
      await page.screenshot({ path, caret: 'hide' });
    }
  }
  await setTheme(page, before);
  await page.setViewportSize({ width: SIZES[0].width, height: SIZES[0].height });
  console.log(name);
}

/** Of the job that runs; 0 where none does. */
export async function percentOf(page: Page): Promise<number> {
  const text = await page.locator('body').innerText();
  return Number(/\b(\d+) %/.exec(text)?.[1] ?? 0);
}

function themeOf(page: Page): Promise<string> {
  return page.evaluate(() => document.documentElement.dataset['theme'] ?? 'light');
}

function setTheme(page: Page, theme: string): Promise<void> {
  return page.evaluate((chosen) => {
    document.documentElement.dataset['theme'] = chosen;
  }, theme);
}

/** Colours move for 80 ms. A bar that fills for as long as its job runs is not waited for. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const end = performance.now() + 400;
    do await frame();
    while (document.getAnimations().length > 0 && performance.now() < end);
    await frame();
  });
}
