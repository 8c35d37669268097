// The serve room's door: bundles and a writable folder as a registry, a chart repository and files, on one port.
export { startServe } from './start-serve.ts';
export type { ServedRequest, ServeOptions, Serving } from './start-serve.ts';
