// The starters themselves: each other maker's registry answers, asks for what it was told to, and leaves nothing behind.
import { existsSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { expect, it } from 'vitest';
import { describeWith } from '../../support/describe-with.ts';
import {
  requireProgram,
  run,
  startCraneRegistry,
  startDistribution,
  startDockerRegistry,
} from '../../support/programs.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describeWith('docker-registry')('docker-registry', () => {
  it('answers on a loopback port of its own and leaves nothing behind', async () => {
    const registry = await startDockerRegistry();
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
    await registry.close();
    expect(existsSync(registry.folder)).toBe(false);
    expect(isAlive(registry.pid)).toBe(false);
  });

  it('asks for the accounts it was given', async () => {
    const registry = await startDockerRegistry({ htpasswd: { desk: 'open sesame' } });
    try {
      expect((await fetch(`${registry.url}/v2/`)).status).toBe(401);
      const login = `Basic ${Buffer.from('desk:open sesame').toString('base64')}`;
      expect((await fetch(`${registry.url}/v2/`, { headers: { authorization: login } })).status).toBe(200);
    } finally {
      await registry.close();
    }
  });

  it('speaks TLS under its own authority, and refuses writes where told to', async () => {
    const registry = await startDockerRegistry({ tls: true, readonly: true });
    try {
      const status = await new Promise((resolve, reject) => {
        const request = httpsRequest(
          `${registry.url}/v2/app/blobs/uploads/`,
          { method: 'POST', ca: registry.ca, agent: false },
          (response) => {
            response.resume();
            resolve(response.statusCode);
          },
        );
        request.on('error', reject);
        request.end();
      });
      expect(status).toBe(405);
    } finally {
      await registry.close();
    }
  });
});

describeWith('registry', 'crane')('registries that Go builds', () => {
  it('distribution 3 and crane answer at once', async () => {
    const both = await Promise.all([startDistribution(), startCraneRegistry()]);
    try {
      for (const registry of both) expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
    } finally {
      await Promise.all(both.map((registry) => registry.close()));
    }
  });
});

describeWith('tar')('run', () => {
  it('gives exit code, output and input as they are', async () => {
    const listed = await run(requireProgram('tar').path, ['-tf', '-'], { input: Buffer.alloc(1024) });
    expect(listed).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await run(requireProgram('tar').path, ['--no-such-option'])).code).not.toBe(0);
  });
});
