// Where a registry is reached, by whatever name a host on a network may have.
import { expect, it } from 'vitest';
import { baseUrlOf } from '../../../../electron/engine/registry/origins.ts';

it.each([
  ['docker.io', 'https://registry-1.docker.io/'],
  ['registry.example:5000', 'https://registry.example:5000/'],
  ['constructor', 'https://constructor/'],
  ['constructor:5000', 'https://constructor:5000/'],
])('is at its own name, Docker Hub alone elsewhere: %s', (host, url) => {
  expect(baseUrlOf(host, false).href).toBe(url);
});
