// Changes of settings: none undoes another, whoever makes it and whenever its answer comes.
import { beforeEach, expect, it } from 'vitest';
import { changeSettings } from '../../../shared/station/change-settings.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/default-settings.ts';
import type { RegistryProfile, Settings, SettingsChange } from '../../../shared/station/settings.ts';
import { loadSettings, settingsChanged, useSettings } from '../../../renderer/store/settings.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import { makeError } from '../pack/make-pack.ts';
import { makeProfile } from '../settings/make-settings.ts';

const START: Settings = { ...DEFAULT_SETTINGS, side: 'connected', registries: [makeProfile('a.example')] };
const TEST = { at: '2026-11-20T10:00:00Z', isGood: true, word: 'Works' };

/** An engine that answers when it is told to. */
let engine: Settings;
let asked: { answer(): void; fail(): void }[];

beforeEach(async () => {
  engine = START;
  asked = [];
  await fakeBridge({
    'settings.get': () => engine,
    'settings.save': (change: SettingsChange) =>
      new Promise((resolve, reject) =>
        asked.push({
          answer: () => resolve((engine = changeSettings(engine, change))),
          fail: () => reject(makeError({ code: 'LOCAL_IO', message: 'The disk is full.' })),
        }),
      ),
  });
  await loadSettings();
});

const choiceOf = ({ host, prefix, usedAs, plainHttp, certificate, connections }: RegistryProfile) => ({
  host,
  prefix,
  usedAs,
  plainHttp,
  certificate,
  connections,
});
const shown = () => useSettings.getState().settings;
const change = (what: SettingsChange) => useSettings.getState().save(what);

it('Two on their way at once are both shown at once, and both kept', async () => {
  const both = [change({ theme: 'dark' }), change({ letterKeys: false })];
  expect(shown()).toMatchObject({ theme: 'dark', letterKeys: false });
  for (const one of asked) one.answer();
  await Promise.all(both);
  expect(shown()).toEqual({ ...START, theme: 'dark', letterKeys: false });
  expect(engine).toEqual(shown());
});

it('One that could not be kept goes back alone', async () => {
  const first = change({ theme: 'dark' });
  const second = change({ letterKeys: false });
  asked[0]?.fail();
  await expect(first).rejects.toMatchObject({ wire: { code: 'LOCAL_IO' } });
  expect(shown()).toMatchObject({ theme: 'system', letterKeys: false });
  asked[1]?.answer();
  await second;
  expect(shown()).toEqual({ ...START, letterKeys: false });
});

it('What the engine notes of a registry meanwhile stays', async () => {
  const choice = choiceOf(makeProfile('a.example', { prefix: 'plant' }));
  const saving = change({ registries: [{ host: 'a.example', to: choice }] });
  engine = { ...engine, registries: [makeProfile('a.example', { lastTest: TEST, user: 'robot' })] };
  settingsChanged(engine);
  expect(shown().registries).toEqual([
    makeProfile('a.example', { prefix: 'plant', lastTest: TEST, user: 'robot' }),
  ]);
  asked[0]?.answer();
  await saving;
  settingsChanged(engine);
  expect(shown().registries).toEqual([
    makeProfile('a.example', { prefix: 'plant', lastTest: TEST, user: 'robot' }),
  ]);
});

it('An answer that an event overtook undoes nothing of it', async () => {
  const saving = change({ theme: 'dark' });
  asked[0]?.answer();
  settingsChanged({ ...engine, theme: 'dark', letterKeys: false });
  await saving;
  expect(shown()).toMatchObject({ theme: 'dark', letterKeys: false });
});

it('A registry that is called otherwise loses login and test, and one that is gone its place', () => {
  const before = { ...START, registries: [makeProfile('a.example', { user: 'robot', lastTest: TEST })] };
  const choice = choiceOf(makeProfile('b.example'));
  const renamed = changeSettings(before, { registries: [{ host: 'a.example', to: choice }] });
  expect(renamed.registries).toEqual([makeProfile('b.example')]);
  expect(changeSettings(renamed, { registries: [{ host: 'b.example', to: null }] }).registries).toEqual([]);
});

it('A certificate that is removed is taken from the registries that trusted it', () => {
  const before = changeSettings(
    { ...START, registries: [makeProfile('a.example', { certificate: 'plant' })] },
    { certificates: [{ name: 'plant', pem: 'PEM' }] },
  );
  const after = changeSettings(before, { certificates: [{ name: 'plant', pem: null }] });
  expect(after.certificates).toEqual([]);
  expect(after.registries[0]?.certificate).toBe(null);
});
