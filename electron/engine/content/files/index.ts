// Files, local and of the web.
export { resolveFile } from './resolve-file.ts';
