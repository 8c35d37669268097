// Loaded before main: answers `electron` with the stand-in, and shapes the arguments as the packaged program has them.
import { registerHooks } from 'node:module';
import { MACHINE_VARIABLE, Machine } from './line.ts';

const { isPackaged } = Machine.parse(JSON.parse(process.env[MACHINE_VARIABLE] ?? 'null'));
const [program, main = '', ...parameters] = process.argv;
process.env['STAND_IN_MAIN'] = main;
if (isPackaged) process.argv = [program ?? '', ...parameters];

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: new URL('./electron-module.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
