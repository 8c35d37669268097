// The import room's door: a bundle into a registry.
export { runImport } from './run-import.ts';
export type { ImportRequest } from './run-import.ts';
export type { ImportResult, MappingRow } from './import-result.ts';
export type { TagPolicy } from './tag-rule.ts';
