// Images out of archives and daemons.
export { resolveArchiveImage } from './resolve-archive.ts';
export { resolveDaemonImage } from './resolve-daemon.ts';
