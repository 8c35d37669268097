// The export room's door: content of a bundle for programs that know nothing of Airlock.
export { runExport } from './run-export.ts';
export type { ExportRequest } from './run-export.ts';
