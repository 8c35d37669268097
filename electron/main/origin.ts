// The one origin of the screens, and who counts as them.

export const SCHEME = 'app';
export const ORIGIN = 'app://airlock';
/** What the window loads. */
export const START_PAGE = `${ORIGIN}/`;

/** As much of Electron's WebFrameMain as a judgement needs. */
export interface Frame {
  readonly origin: string;
  readonly parent: object | null;
}

/** True for the main frame of the screens; null is a frame that is gone or was navigated away. */
export function isOurs(frame: Frame | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === ORIGIN;
}
