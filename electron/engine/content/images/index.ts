// Images out of registries: what the source holds, what of it is carried, and what is attached to that.
export { resolveFromRegistry } from './resolve-from-registry.ts';
export type { RegistrySelection } from './resolve-from-registry.ts';
export { resolveImage } from './resolve-image.ts';
