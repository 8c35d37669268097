// Holds what is edited in Settings to what is saved of it, and to where a password goes.
import { beforeEach, describe, expect, it } from 'vitest';
import { countCertificates, readPem } from '../../../renderer/settings/pem.ts';
import {
  addCertificate,
  countPlainChanges,
  giveCertificate,
  giveCertificateFile,
  proxyProblem,
  removeCertificate,
  savePlain,
} from '../../../renderer/settings/plain-actions.ts';
import {
  currentRows,
  removeRegistry,
  saveRegistries,
  testRegistry,
} from '../../../renderer/settings/registry-actions.ts';
import {
  countChanges,
  formOf,
  lastTestOf,
  newForm,
  problemsOf,
  rowsOf,
} from '../../../renderer/settings/registry-form.ts';
import {
  addRegistry,
  editPlain,
  editRegistry,
  newSettingsDesk,
  useSettingsDesk,
} from '../../../renderer/settings/settings-store.ts';
import { useSettings } from '../../../renderer/store/settings.ts';
import type { RegistryProfile, Settings, SettingsChange } from '../../../shared/station/settings.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/default-settings.ts';
import { changeSettings } from '../../../shared/station/change-settings.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { makeError } from '../pack/make-pack.ts';
import { makePem, makeProfile } from './make-settings.ts';

let station: FakeBridge;
let kept: Settings;

beforeEach(async () => {
  kept = {
    ...DEFAULT_SETTINGS,
    side: 'disconnected',
    registries: [makeProfile('harbor.example'), makeProfile('quay.example:5000', { user: 'robot' })],
  };
  useSettings.setState({ settings: kept });
  useSettingsDesk.setState(newSettingsDesk());
  station = await fakeBridge({
    'settings.get': () => kept,
    'settings.save': (change) => (kept = changeSettings(kept, change)),
    'registries.logout': ({ host }: { host: string }) => {
      kept = {
        ...kept,
        registries: kept.registries.map((registry) =>
          registry.host === host ? { ...registry, user: null } : registry,
        ),
      };
    },
    'registries.login': ({ host, username }: { host: string; username: string }) => {
      kept = {
        ...kept,
        registries: kept.registries.map((registry) =>
          registry.host === host ? { ...registry, user: username } : registry,
        ),
      };
      return { storedIn: '/state/auth.json', plainText: true };
    },
  });
});

const formNow = (key: string) => {
  const row = currentRows().find((each) => each.key === key);
  if (row === undefined) throw new Error(`${key} is not there`);
  return row;
};
const edit = (key: string, change: Partial<ReturnType<typeof newForm>>) =>
  editRegistry(key, { ...formNow(key).form, ...change });

describe('a registry', () => {
  it('counts the fields that differ, the password among them, and none once they are as before', () => {
    edit('harbor.example', { connections: 4, prefix: 'plant' });
    expect(countChanges(formNow('harbor.example'), 'typed')).toBe(3);
    edit('harbor.example', { connections: null, prefix: '' });
    expect(countChanges(formNow('harbor.example'), '')).toBe(0);
  });

  it('wants a host and port alone, once', () => {
    const problem = (host: string) => {
      addRegistry();
      edit('new:1', { host });
      const found = problemsOf(formNow('new:1'), '', currentRows(), true).host;
      useSettingsDesk.setState({ edits: {} });
      return found;
    };
    expect(problem('')).toBe('Name the host.');
    for (const host of ['https://a.example', 'a.example/team', 'two words', 'a@b', 'a.example:no'])
      expect(problem(host), host).toBe('Write host and port alone: registry.example:5000.');
    expect(problem('Harbor.example')).toBe('This registry is named already.');
    for (const host of ['a.example', '127.0.0.1:5000', '[::1]:5000'])
      expect(problem(host), host).toBe(undefined);
  });

  it('wants the password of a user that is new, and no second time of one that is kept', () => {
    edit('harbor.example', { user: 'robot' });
    expect(problemsOf(formNow('harbor.example'), '', currentRows(), true)).toEqual({
      password: 'This user wants a password.',
    });
    expect(problemsOf(formNow('harbor.example'), 'typed', currentRows(), true)).toEqual({});
    expect(problemsOf(formNow('harbor.example'), '', currentRows(), false)).toEqual({});
    edit('quay.example:5000', { connections: 2 });
    expect(problemsOf(formNow('quay.example:5000'), '', currentRows(), true)).toEqual({});
    edit('quay.example:5000', { host: 'other.example' });
    expect(problemsOf(formNow('quay.example:5000'), '', currentRows(), true)).toHaveProperty('password');
  });

  it('says how its last test ended, and never that plain http is all good', () => {
    const now = new Date('2026-11-20T12:00:00');
    const said = (change: Partial<RegistryProfile>) => {
      const [row] = rowsOf([makeProfile('a', change)], {});
      return row === undefined ? null : lastTestOf(row, now);
    };
    const at = (day: string) => new Date(`${day}T10:00:00`).toISOString();
    expect(said({})).toEqual({ state: 'notTested', word: 'Not tested' });
    const good = { at: at('2026-11-20'), isGood: true, word: 'Works' };
    expect(said({ lastTest: good })).toEqual({ state: 'ok', word: 'All good, today' });
    expect(said({ lastTest: { ...good, at: at('2026-11-19') } })?.word).toBe('All good, yesterday');
    expect(said({ lastTest: { ...good, at: at('2026-11-02') } })?.word).toBe('All good, 2026-11-02');
    expect(said({ lastTest: good, plainHttp: true })).toEqual({
      state: 'moved',
      word: 'Not encrypted, today',
    });
    expect(said({ lastTest: { ...good, isGood: false, word: 'Expired' } })).toEqual({
      state: 'refused',
      word: 'Expired, today',
    });
  });

  it('is a source where it is added on the connected side, a target on the other', () => {
    expect(newForm('connected').usedAs).toBe('source');
    expect(newForm('disconnected').usedAs).toBe('target');
  });
});

describe('Save', () => {
  it('keeps every registry that was edited or added with one call, and no password in it', async () => {
    edit('harbor.example', { prefix: '/plant/' });
    addRegistry();
    edit('new:1', { host: ' new.example ', user: 'robot$airlock' });
    const left = await saveRegistries({ 'new:1': 'a secret' });
    const [change, ...others] = station.callsOf('settings.save') as SettingsChange[];
    expect(change?.registries?.map(({ host, to }) => [host, to?.prefix])).toEqual([
      ['harbor.example', 'plant'],
      ['new.example', ''],
    ]);
    expect(others).toEqual([]);
    expect(JSON.stringify(station.callsOf('settings.save'))).not.toContain('a secret');
    expect(station.callsOf('registries.login')).toEqual([
      { host: 'new.example', username: 'robot$airlock', password: 'a secret' },
    ]);
    expect(left).toEqual({});
    const { edits, registry, said } = useSettingsDesk.getState();
    expect(edits).toEqual({});
    expect(registry).toBe('new.example');
    expect(said).toBe('Saved. The login for new.example is kept in /state/auth.json.');
    expect(useSettings.getState().settings.registries[2]?.user).toBe('robot$airlock');
    expect(JSON.stringify(useSettingsDesk.getState())).not.toContain('a secret');
  });

  it('leaves a login that was refused to be mended, with everything else saved', async () => {
    station.answer('registries.login', () => {
      throw makeError({ code: 'UNAUTHORIZED', message: 'harbor.example refused the login.', side: 'target' });
    });
    edit('harbor.example', { user: 'robot', connections: 3 });
    const left = await saveRegistries({ 'harbor.example': 'wrong' });
    expect(left).toEqual({ 'harbor.example': 'wrong' });
    expect(kept.registries[0]).toMatchObject({ connections: 3, user: null });
    expect(countChanges(formNow('harbor.example'), 'wrong')).toBe(2);
    expect(useSettingsDesk.getState().failure).toMatchObject({
      title: 'The login for harbor.example was not kept',
    });
  });

  it('forgets the login of a user that was taken out, and of a host that is called otherwise', async () => {
    edit('quay.example:5000', { user: '' });
    await saveRegistries({});
    expect(station.callsOf('registries.logout')).toEqual([{ host: 'quay.example:5000' }]);
    expect(kept.registries[1]?.user).toBe(null);
  });

  it('says that the settings could not be kept, and keeps what was edited', async () => {
    station.answer('settings.save', () => {
      throw makeError({ code: 'LOCAL_IO', message: 'The disk is full.', side: 'machine' });
    });
    edit('harbor.example', { prefix: 'plant' });
    await saveRegistries({});
    expect(useSettingsDesk.getState()).toMatchObject({
      failure: { title: 'The settings could not be kept' },
      edits: { 'harbor.example': { prefix: 'plant' } },
      isSaving: false,
    });
    expect(useSettings.getState().settings.registries[0]?.prefix).toBe('');
  });
});

describe('a test', () => {
  const result = {
    host: 'harbor.example',
    at: '2026-11-20T10:00:00Z',
    milliseconds: 12,
    steps: [],
    chain: [],
    error: null,
  };

  it('asks what stands in the form, and is forgotten when that is changed', async () => {
    station.answer('registries.test', () => result);
    edit('harbor.example', { user: 'robot', certificate: 'Plant Root CA' });
    await testRegistry(formNow('harbor.example'), 'typed');
    expect(station.callsOf('registries.test')).toEqual([
      {
        host: 'harbor.example',
        prefix: '',
        plainHttp: false,
        certificate: 'Plant Root CA',
        login: { username: 'robot', password: 'typed' },
      },
    ]);
    expect(useSettingsDesk.getState().tests['harbor.example']).toEqual({ kind: 'done', result });
    edit('harbor.example', { plainHttp: true });
    expect(useSettingsDesk.getState().tests).toEqual({});
  });
});

describe('removal', () => {
  it('forgets the login first, and asks nothing of the station for one that was never saved', async () => {
    await removeRegistry(formNow('quay.example:5000'));
    expect(station.calls.map(({ name }) => name)).toEqual(['registries.logout', 'settings.save']);
    expect(kept.registries.map(({ host }) => host)).toEqual(['harbor.example']);
    addRegistry();
    await removeRegistry(formNow('new:1'));
    expect(station.calls).toHaveLength(2);
    expect(currentRows()).toHaveLength(1);
  });
});

describe('certificates', () => {
  it('are read out of whatever stands around them', () => {
    const text = `Subject: CN=Plant\r\n${makePem(200).replaceAll('\n', '\r\n')}\nand\n${makePem(90)}`;
    const read = readPem(text);
    expect(read).toMatchObject({ ok: true, count: 2 });
    if (read.ok) {
      expect(countCertificates(read.pem)).toBe(2);
      expect(read.pem).not.toContain('Subject');
      expect(readPem(read.pem)).toEqual(read);
    }
  });

  it('are refused with the reason where they are none', () => {
    const problem = (text: string) => {
      const read = readPem(text);
      return read.ok ? null : read.problem;
    };
    expect(problem('hello')).toEqual({ kind: 'noPem' });
    expect(problem('0\u0082\u0003\u0000\uFFFD')).toEqual({ kind: 'notText' });
    expect(problem('x'.repeat(600_000))).toEqual({ kind: 'large' });
    expect(
      problem(`${makePem(80)}-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----`),
    ).toEqual({
      kind: 'privateKey',
    });
    const whole = makePem(200);
    expect(problem(`${makePem(80)}${whole.slice(0, 120)}`)).toEqual({ kind: 'cutOff', at: 2 });
    expect(problem(whole.replace(/\n.{64}\n/, '\n'))).toEqual({ kind: 'cutOff', at: 1 });
    expect(problem(whole.replace(/\n./, '\n!'))).toEqual({ kind: 'cutOff', at: 1 });
  });

  it('hold no private key, not even in the field that it was pasted into', () => {
    giveCertificate('-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----');
    expect(useSettingsDesk.getState().certificate).toEqual({
      name: '',
      pem: '',
      refused: { kind: 'privateKey' },
    });
  });

  it('are added by the name of their file unless they were given one', async () => {
    await giveCertificateFile(new File([makePem(100)], 'plant-root.pem'));
    expect(useSettingsDesk.getState().certificate.name).toBe('plant-root');
    await addCertificate();
    expect(kept.certificates).toMatchObject([{ name: 'plant-root' }]);
    expect(useSettingsDesk.getState().certificate.pem).toBe('');
  });

  it('are taken from the registries that trusted them when they are removed', async () => {
    kept = {
      ...kept,
      certificates: [{ name: 'Plant', pem: makePem(60) }],
      registries: [makeProfile('harbor.example', { certificate: 'Plant' })],
    };
    useSettings.setState({ settings: kept });
    await removeCertificate('Plant');
    expect(kept).toMatchObject({ certificates: [], registries: [{ certificate: null }] });
  });
});

describe('proxy, limits and folders', () => {
  it('count what differs, are saved part by part, and leave the others as they are edited', async () => {
    editPlain({ proxy: { address: 'http://proxy.example:3128', except: 'localhost' } });
    editPlain({ limits: { ...DEFAULT_SETTINGS.limits, bytesPerSecond: 2_500_000 } });
    expect(countPlainChanges('proxy', useSettingsDesk.getState().plain.proxy, kept)).toBe(2);
    await savePlain('proxy');
    expect(kept.proxy.except).toBe('localhost');
    expect(kept.limits.bytesPerSecond).toBe(null);
    expect(Object.keys(useSettingsDesk.getState().plain)).toEqual(['limits']);
  });

  it('take a proxy by its address alone', () => {
    expect(proxyProblem('')).toBe(undefined);
    expect(proxyProblem('http://proxy.example:3128')).toBe(undefined);
    for (const address of ['proxy.example:3128', 'socks5://a', 'http://', 'http://a b'])
      expect(proxyProblem(address), address).toBe('Write it as http://proxy.example:3128.');
  });
});

it('a form of what is saved is as it is saved', () => {
  const profile = makeProfile('a.example', { user: 'robot', connections: 3 });
  expect(formOf(profile)).toMatchObject({ host: 'a.example', user: 'robot', connections: 3 });
});
