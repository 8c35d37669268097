// A path of this machine, whatever slash its system writes, in the two parts that it is shown in.

/** `/srv/release/` `plant-4.12.0.tgz`; the last part stays whole where a slash ends it. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const [, folder = '', name = ''] = /^(.*?)([^/\\]*[/\\]*)$/s.exec(path) ?? [];
  return { folder, name };
}

/** Begins at a root: `/srv`, `C:\srv`, `\\host\share`. */
export function isLocalPath(text: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(text);
}
