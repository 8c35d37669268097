// Holds the Import desk to what its jobs found, while answers come late, buttons are pressed twice and screens come back.
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCheck } from '../../../renderer/import/bundle-actions.ts';
import { chooseBundle, editTarget, NEW_IMPORT, useImport } from '../../../renderer/import/import-store.ts';
import type { TargetForm } from '../../../renderer/import/import-store.ts';
import { startImport, startPlan } from '../../../renderer/import/mapping-actions.ts';
import { Screen } from '../../../renderer/import/Screen.tsx';
import { goToMapping, testTarget } from '../../../renderer/import/target-actions.ts';
import { followJobs, useJobs } from '../../../renderer/store/jobs.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { useSettings } from '../../../renderer/store/settings.ts';
import { changeSettings } from '../../../shared/station/change-settings.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/default-settings.ts';
import type { SettingsChange } from '../../../shared/station/settings.ts';
import type { JobRequest } from '../../../shared/station/job.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { giveLayout } from '../pack/give-layout.ts';
import { makeInspection, makeItem, makeJob, makeOpened, makeSummary, PATH } from '../verify/make-verify.ts';

let station: FakeBridge;
let started: JobRequest[];
giveLayout();

beforeEach(async () => {
  started = [];
  useImport.setState(NEW_IMPORT);
  useJobs.setState({ jobs: {}, items: {}, results: {} });
  useNavigation.setState({ desk: 'import', intent: null });
  useSettings.setState({ settings: DEFAULT_SETTINGS });
  station = await fakeBridge({
    'media.list': () => [],
    'bundles.inspect': () => makeOpened(),
    'history.list': () => ({ rows: [], total: 0 }),
    'settings.save': (change: SettingsChange) => changeSettings(useSettings.getState().settings, change),
    'jobs.items': () => [],
    'jobs.start': (request: JobRequest) => {
      started.push(request);
      return `job-${started.length}`;
    },
    'jobs.result': () => ({
      desk: 'check',
      bundle: makeSummary(),
      inspection: makeInspection([makeItem('quay.io/astronomer/ap-base:2026.8.3')]),
    }),
  });
  followJobs();
});
afterEach(cleanup);

const check = (id: string, change: Partial<ReturnType<typeof makeJob>> = {}) =>
  makeJob(id, { desk: 'check', request: { desk: 'check', bundle: PATH }, ...change });
const ended = { state: 'done', ended: 2000, seq: 2 } as const;
const step = () => useImport.getState().step;
const target = { host: 'harbor.plant.example', prefix: 'team' };

/** The desk once its bundle was checked. */
async function stand(): Promise<void> {
  chooseBundle(PATH);
  render(<Screen />);
  await act(startCheck);
  act(() => station.tell('jobs.changed', check('job-1', ended)));
  await waitFor(() => expect(step()).toBe('target'));
}

describe('A check', () => {
  it('that was taken over is not taken over again by who comes back to the desk', async () => {
    await stand();
    act(() => editTarget(target));
    act(() => useImport.setState({ step: 'mapping', rows: [] }));
    cleanup();
    render(<Screen />);
    expect(await screen.findByRole('heading', { level: 1, name: 'Names at the target' })).toBeTruthy();
    expect(station.callsOf('jobs.result')).toHaveLength(1);
  });

  it('is started once where its button is pressed twice', async () => {
    chooseBundle(PATH);
    await act(() => Promise.all([startCheck(), startCheck()]));
    expect(started).toHaveLength(1);
    expect(useImport.getState().checkJob).toBe('job-1');
    expect(station.callsOf('jobs.cancel')).toEqual([]);
  });

  it('of a bundle that is no longer wanted when it starts is let go', async () => {
    chooseBundle(PATH);
    const starting = startCheck();
    chooseBundle('/media/PLANT-07/other.airlock');
    await starting;
    expect(useImport.getState().checkJob).toBeNull();
    expect(station.callsOf('jobs.cancel')).toEqual([{ job: 'job-1' }]);
  });
});

describe('A target', () => {
  const probe = {
    host: 'harbor.plant.example',
    at: '2026-11-21T10:00:00Z',
    milliseconds: 5,
    steps: [],
    error: null,
  };
  const typed = async (host: string, prefix = ''): Promise<TargetForm> => {
    station.answer('registries.test', () => probe);
    chooseBundle(PATH);
    editTarget({ ...EMPTY, host, prefix });
    await testTarget();
    return useImport.getState().target;
  };
  const EMPTY = NEW_IMPORT.target;

  it('may be written into the field of its registry as the command and other tools have it', async () => {
    expect(await typed(' harbor.plant.example:5000/mirror/ ')).toEqual({
      ...EMPTY,
      host: 'harbor.plant.example:5000',
      prefix: 'mirror',
    });
    expect(await typed('https://Harbor.plant.example/', 'team')).toEqual({
      ...EMPTY,
      host: 'harbor.plant.example',
      prefix: 'team',
    });
    expect(await typed('http://desk:s3c:ret@harbor.plant.example/mirror', 'team')).toEqual({
      host: 'harbor.plant.example',
      prefix: 'mirror/team',
      plainHttp: true,
      certificate: null,
      username: 'desk',
      password: 's3c:ret',
    });
    expect(station.callsOf('registries.test').map((asked) => (asked as { host: string }).host)).toEqual([
      'harbor.plant.example:5000',
      'harbor.plant.example',
      'harbor.plant.example',
    ]);
  });

  it('is told apart from what is kept for it only where it is another', async () => {
    useSettings.setState({
      settings: {
        ...DEFAULT_SETTINGS,
        registries: [
          {
            host: 'harbor.plant.example',
            prefix: 'kept',
            usedAs: 'target',
            plainHttp: false,
            certificate: 'Plant root',
            connections: null,
            user: 'desk',
            lastTest: null,
          },
        ],
      },
    });
    expect(await typed('https://harbor.plant.example')).toMatchObject({
      host: 'harbor.plant.example',
      prefix: 'kept',
      certificate: 'Plant root',
      username: 'desk',
    });
    expect(await typed('https://harbor.plant.example/mirror')).toMatchObject({ prefix: 'mirror' });
  });
});

describe('A lookup', () => {
  it('that still runs is stopped where another takes its place', async () => {
    chooseBundle(PATH);
    editTarget(target);
    await startPlan();
    useImport.setState({ names: 'keepHost' });
    await startPlan();
    expect(useImport.getState().planJob).toBe('job-2');
    expect(station.callsOf('jobs.cancel')).toEqual([{ job: 'job-1' }]);
    expect(station.callsOf('jobs.forget')).toEqual([{ job: 'job-1' }]);
  });

  it('that was overtaken while it started is let go, whichever answers first', async () => {
    chooseBundle(PATH);
    editTarget(target);
    const answers: ((id: string) => void)[] = [];
    station.answer('jobs.start', () => new Promise<string>((resolve) => answers.push(resolve)));
    const first = startPlan();
    useImport.setState({ names: 'keepHost' });
    const second = startPlan();
    answers[1]?.('newer');
    await second;
    answers[0]?.('older');
    await first;
    expect(useImport.getState().planJob).toBe('newer');
    expect(station.callsOf('jobs.cancel')).toEqual([{ job: 'older' }]);
  });

  it('is not begun for a target that was changed while its profile was kept', async () => {
    chooseBundle(PATH);
    editTarget(target);
    useImport.setState({ step: 'target' });
    const going = goToMapping();
    editTarget({ host: 'other.plant.example' });
    await going;
    expect(step()).toBe('target');
    expect(useImport.getState().target.host).toBe('other.plant.example');
    expect(started).toEqual([]);
  });
});

describe('An import', () => {
  it('is started once where its button is pressed twice', async () => {
    chooseBundle(PATH);
    editTarget(target);
    await Promise.all([startImport(), startImport()]);
    expect(started.map(({ desk }) => desk)).toEqual(['import']);
    expect(useImport.getState()).toMatchObject({ importJob: 'job-1', step: 'run' });
  });
});
