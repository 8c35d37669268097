// Groups of tests that need another program: run where it is installed, else skipped by name with the way to get it.
import { describe } from 'vitest';
import { needs, program } from './programs.ts';
import type { ProgramName } from './programs.ts';

/** `describeWith('skopeo', 'docker-registry')('carries …', () => { … })`. CI fails on any skipped test. */
export function describeWith(...names: readonly ProgramName[]): (title: string, body: () => void) => void {
  const missing = names.filter((name) => program(name) === undefined);
  return (title, body) => {
    if (missing.length === 0) describe(title, body);
    else describe.skip(`${title} (skipped: ${missing.map(needs).join(', ')})`, body);
  };
}
