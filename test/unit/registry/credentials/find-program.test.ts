import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProgram } from '../../../../electron/engine/registry/credentials/find-program.ts';
import { makeMachine } from './machine.ts';
import type { Machine } from './machine.ts';

let machine: Machine;
let program: string;
beforeEach(async () => {
  machine = await makeMachine();
  program = await machine.helper('x', 'exit 0');
});
afterEach(() => machine.remove());

const find = (folders: readonly string[], avoid?: readonly string[]) =>
  findProgram('docker-credential-x', { PATH: folders.join(delimiter) }, avoid);

it('finds a program on PATH by its absolute path', async () => {
  expect(await find(['/nowhere', machine.path('bin')])).toBe(program);
  expect(await findProgram('docker-credential-x', { Path: machine.path('bin') })).toBe(program);
});

it('passes over empty and relative entries', async () => {
  expect(await find(['', relative(process.cwd(), machine.path('bin'))])).toBeUndefined();
  expect(await findProgram('docker-credential-x', {})).toBeUndefined();
});

it('passes over the current directory, whatever it is called', async () => {
  const link = machine.path('link');
  await symlink(process.cwd(), link);
  expect(await findProgram('package.json', { PATH: process.cwd() })).toBeUndefined();
  expect(await findProgram('package.json', { PATH: link })).toBeUndefined();
});

it('passes over a medium in use and all that is below it', async () => {
  expect(await find([machine.path('bin')], [machine.home])).toBeUndefined();
  expect(await find([machine.path('bin')], [machine.path('bin')])).toBeUndefined();
  expect(await find([machine.path('bin')], [machine.path('b')])).toBe(program);
});

it('passes over folders and files that cannot be run', async () => {
  await machine.write('plain/docker-credential-x', 'text');
  await mkdir(machine.path('folder', 'docker-credential-x'), { recursive: true });
  expect(await find([machine.path('plain'), machine.path('folder')])).toBeUndefined();
});
