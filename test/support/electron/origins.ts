// Translates between the `app:` origin that main knows and the https one under which Chromium holds the same page.

const REAL = /^https:\/\/([a-z0-9-]+)\.app\.localhost(?=$|[/?#])/;
const SAID = /^app:\/\/([a-z0-9-]+)(?=$|[/?#])/;

/** As main would see it. */
export const asSaid = (url: string): string => url.replace(REAL, 'app://$1');

/** As Chromium sees it. */
export const asReal = (url: string): string => url.replace(SAID, 'https://$1.app.localhost');

export const isMapped = (url: string): boolean => REAL.test(url);
