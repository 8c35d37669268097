// Charts, classic and OCI.
export { resolveChart } from './resolve-chart.ts';
