// Where the window was, how large its text and in which theme, from one run to the next.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Theme } from '../../shared/station/settings.ts';
import { writeStateFile } from '../host/write-file.ts';

const Bounds = z.strictObject({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(200).max(20_000),
  height: z.number().int().min(200).max(20_000),
});

const WindowPlace = z.strictObject({
  bounds: Bounds,
  isMaximized: z.boolean(),
  zoom: z.number().min(0.25).max(5),
  /** The engine knows it too, but the window is drawn before the engine answers. */
  theme: Theme,
});
export type WindowPlace = z.infer<typeof WindowPlace>;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const AT_FIRST: WindowPlace = {
  bounds: { width: 1280, height: 800 },
  isMaximized: false,
  zoom: 1,
  theme: 'system',
};

/** Of the window's top, as much as is needed to take hold of it. */
const GRIP = { width: 120, height: 40 };

const fileOf = (stateFolder: string) => join(stateFolder, 'window.json');

/** As it was kept; in the middle of the screen where that screen is gone. Never throws. */
export async function readWindowPlace(stateFolder: string, screens: readonly Area[]): Promise<WindowPlace> {
  try {
    const place = WindowPlace.parse(JSON.parse(await readFile(fileOf(stateFolder), 'utf8')));
    return { ...place, bounds: fitBounds(place.bounds, screens) };
  } catch {
    return { ...AT_FIRST, bounds: fitBounds(AT_FIRST.bounds, screens) };
  }
}

/** Never throws: a place that is not kept is no loss to speak of. */
export async function keepWindowPlace(stateFolder: string, place: WindowPlace): Promise<void> {
  await writeStateFile(fileOf(stateFolder), `${JSON.stringify(WindowPlace.parse(place))}\n`).catch(
    () => undefined,
  );
}

/** Without a place where its top can be reached on none of the screens, and no larger than the largest of them. */
export function fitBounds(bounds: WindowPlace['bounds'], screens: readonly Area[]): WindowPlace['bounds'] {
  if (screens.length === 0) return bounds;
  const width = Math.min(bounds.width, Math.max(...screens.map((screen) => screen.width)));
  const height = Math.min(bounds.height, Math.max(...screens.map((screen) => screen.height)));
  const { x, y } = bounds;
  if (x === undefined || y === undefined) return { width, height };
  const isReached = screens.some(
    (screen) =>
      overlap(x, width, screen.x, screen.width) >= Math.min(GRIP.width, width) &&
      overlap(y, GRIP.height, screen.y, screen.height) >= GRIP.height,
  );
  return isReached ? { x, y, width, height } : { width, height };
}

function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}
