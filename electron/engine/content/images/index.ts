// Images out of registries: what the source holds, what of it is carried, and what is attached to that.
export { resolveContent, resolveFromRegistry } from './resolve-from-registry.ts';
export { partOf, resolveImage } from './resolve-image.ts';
export { createSourceGraph } from './source-graph.ts';
export type { SourceRepository } from './source-graph.ts';
