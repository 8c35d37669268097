// Holds what the Serve desk hands out and offers to what the station says.
import { describe, expect, it } from 'vitest';
import {
  bundleAtFault,
  choicesOf,
  formProblem,
  nameOfPath,
  otherPort,
} from '../../../renderer/serve/choices.ts';
import { newServe } from '../../../renderer/serve/serve-store.ts';
import { addressOf, hostOf, isOpen, matching, requestRows } from '../../../renderer/serve/served.ts';
import { makeError, makeMedium } from '../pack/make-pack.ts';
import { makeAbout, makeFoundBundle, makeRequest, makeState } from './make-serve.ts';

const { form } = newServe();

describe('bundles to serve', () => {
  it('are those on media, then those given by path, each once', () => {
    const medium = makeMedium('USB', { bundles: [makeFoundBundle('/media/USB/plant.airlock')] });
    const given = ['/data/other.airlock', '/media/USB/plant.airlock'];
    const choices = choicesOf([medium], { given, ticked: given }, { '/data/other.airlock': null });
    expect(choices.map(({ path, name, isReadable }) => [path, name, isReadable])).toEqual([
      ['/media/USB/plant.airlock', 'plant', true],
      ['/data/other.airlock', 'other.airlock', false],
    ]);
  });

  it('stay in the list when their medium is pulled out', () => {
    const path = '/media/USB/plant.airlock';
    expect(choicesOf([], { given: [], ticked: [path] }, { [path]: makeAbout(path) })).toMatchObject([
      { path, name: 'plant', medium: null, isReadable: true },
    ]);
  });

  it('are named by the error that one of them is damaged', () => {
    const ticked = ['/media/A/one.airlock', '/media/B/two.airlock'];
    const damaged = makeError({ code: 'BUNDLE_DAMAGED', message: 'one.airlock: blobs/x does not match.' });
    expect(bundleAtFault(damaged, ticked)).toBe('/media/A/one.airlock');
    expect(bundleAtFault({ ...damaged, message: 'A blob does not match.' }, ticked)).toBe(undefined);
    expect(bundleAtFault({ ...damaged, message: 'A blob does not match.' }, ['/x.airlock'])).toBe(
      '/x.airlock',
    );
    expect(bundleAtFault(makeError({ code: 'PORT_IN_USE' }), ['/x.airlock'])).toBe(undefined);
  });
});

describe('a choice', () => {
  it('wants a bundle or a folder, and a key with its certificate', () => {
    expect(formProblem(form)).toBe('nothing');
    expect(formProblem({ ...form, writable: '/data' })).toBe(null);
    const chosen = { ...form, ticked: ['/x.airlock'] };
    expect(formProblem(chosen)).toBe(null);
    expect(formProblem({ ...chosen, certificate: '/c.pem' })).toBe('keyMissing');
    expect(formProblem({ ...chosen, key: '/k.pem' })).toBe('certificateMissing');
    expect(formProblem({ ...chosen, certificate: '/c.pem', key: '/k.pem' })).toBe(null);
  });

  it('is offered the next port where one is taken', () => {
    expect(otherPort(5000)).toBe(5001);
    expect(otherPort(65_535)).toBe(5000);
  });

  it('calls a path by its last part, on every system', () => {
    expect(nameOfPath('/media/USB/plant.airlock/')).toBe('plant.airlock');
    expect(nameOfPath('E:\\plant.airlock.tar')).toBe('plant.airlock.tar');
  });
});

describe('addresses', () => {
  it('are those that others can reach, unless another was chosen', () => {
    const state = makeState();
    expect(addressOf(state, null)).toBe('http://10.20.0.5:5000');
    expect(addressOf(state, 'http://127.0.0.1:5000')).toBe('http://127.0.0.1:5000');
    expect(addressOf(state, 'http://gone:1')).toBe('http://10.20.0.5:5000');
    expect(hostOf('https://10.20.0.5:5000')).toBe('10.20.0.5:5000');
  });

  it('are open to others only where one of them is not loopback', () => {
    expect(isOpen(makeState())).toBe(true);
    expect(isOpen({ addresses: ['http://127.0.0.1:5000', 'http://[::1]:5000'] })).toBe(false);
  });
});

describe('requests', () => {
  it('keep their key while newer ones come before them', () => {
    const recent = [makeRequest(), makeRequest(), makeRequest({ path: '/files/' })];
    const before = requestRows(recent);
    const after = requestRows([makeRequest(), ...recent]);
    expect(new Set(after.map(({ key }) => key)).size).toBe(4);
    expect(after.slice(1).map(({ key }) => key)).toEqual(before.map(({ key }) => key));
  });

  it('are narrowed down to what was refused, and to what holds a text', () => {
    const rows = requestRows([
      makeRequest({ status: 405, method: 'PUT' }),
      makeRequest({ path: '/files/setup.sh' }),
      makeRequest({ status: 304 }),
    ]);
    expect(matching(rows, 'refused', '').map(({ status }) => status)).toEqual([405]);
    expect(matching(rows, 'all', 'SETUP').map(({ path }) => path)).toEqual(['/files/setup.sh']);
    expect(matching(rows, 'all', '10.20')).toHaveLength(3);
  });
});
