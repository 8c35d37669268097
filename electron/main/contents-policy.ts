// Holds every page to where it is: it goes nowhere else, opens nothing and embeds nothing.
import type { App, WebContents } from 'electron';

/** For windows, and for whatever else may ever come to have contents. */
export function holdAllContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => holdContents(contents));
}

export function holdContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
