// Holds what is opened, dropped or chosen to the desk that it belongs to.
import { act, cleanup, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPaths } from '../../../renderer/app/open-paths.ts';
import { Overlays } from '../../../renderer/app/Overlays.tsx';
import { browse, useBrowseDialog } from '../../../renderer/store/browse.ts';
import { jobChanged, useJobs } from '../../../renderer/store/jobs.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { giveLayout } from '../pack/give-layout.ts';
import { makeFound, makeJob, makeMedium } from '../pack/make-pack.ts';
import { standStation } from './station.ts';

giveLayout();
afterEach(() => {
  cleanup();
  useBrowseDialog.setState({ asked: null });
});

const where = () => {
  const { desk, intent } = useNavigation.getState();
  return { desk, paths: intent?.paths };
};
const BUNDLE = '/media/USB/plant.airlock';

async function stand(isBundle: boolean) {
  const station = await standStation();
  station.answer('contents.read', () => makeFound([], { bundlePath: isBundle ? BUNDLE : null }));
  return station;
}

describe('What is opened', () => {
  it('goes to Pack where it is a list', async () => {
    await stand(false);
    useNavigation.setState({ desk: 'history' });
    await openPaths(['/lists/plant.yaml']);
    expect(where()).toEqual({ desk: 'pack', paths: ['/lists/plant.yaml'] });
  });

  it('goes to the desk for bundles that is on the screen', async () => {
    await stand(true);
    useNavigation.setState({ desk: 'import' });
    await openPaths([BUNDLE]);
    expect(where()).toEqual({ desk: 'import', paths: [BUNDLE] });
  });

  it('is asked about where it is a bundle and no desk for it is there', async () => {
    await stand(true);
    render(<Overlays />);
    await act(() => openPaths([BUNDLE]));
    const dialog = screen.getByRole('dialog', { name: 'What is to be done with plant.airlock?' });
    await userEvent.click(within(dialog).getByRole('button', { name: 'Check it in Verify' }));
    expect(where()).toEqual({ desk: 'verify', paths: [BUNDLE] });
  });

  it('that was dropped is where the bridge says it lies', async () => {
    await stand(false);
    render(<Overlays />);
    const files = [new File(['x'], 'images.txt')];
    const drop = Object.assign(new Event('drop', { cancelable: true }), {
      dataTransfer: { types: ['Files'], files },
    });
    act(() => void window.dispatchEvent(drop));
    await vi.waitFor(() => expect(where().paths).toEqual(['/dropped/images.txt']));
  });
});

describe('The file dialog of the web station', () => {
  const entry = (name: string, kind: 'folder' | 'bundle' | 'file') => ({
    name,
    path: `/home/operator/${name}`,
    kind,
    bytes: kind === 'folder' ? null : 1284,
  });
  async function open(request: Parameters<typeof browse>[0]) {
    const station = await stand(false);
    station.answer('files.list', ({ folder }: { folder: string | null }) => {
      if (folder === '/nowhere')
        throw Object.assign(new Error(), { code: 'FILE_NOT_FOUND', message: 'It is not there.' });
      return {
        folder: folder ?? '/home/operator',
        parent: '/home',
        entries: [
          entry('lists', 'folder'),
          entry('plant.airlock.tar', 'bundle'),
          entry('images.txt', 'file'),
        ],
      };
    });
    station.answer('media.list', () => [makeMedium('PLANT-07')]);
    render(<Overlays />);
    let answer: Promise<readonly string[]> = Promise.resolve([]);
    await act(async () => {
      answer = browse(request);
      await Promise.resolve();
    });
    await screen.findByText('lists');
    return { station, answer: () => answer, user: userEvent.setup() };
  }

  it('gives several files that were ticked by keyboard', async () => {
    const { answer, user } = await open({ purpose: 'contents', multiple: true });
    act(() => screen.getByRole('grid').focus());
    await user.keyboard('{ArrowDown} {ArrowDown} ');
    await user.click(screen.getByRole('button', { name: 'Choose 2 files' }));
    expect(await answer()).toEqual(['/home/operator/plant.airlock.tar', '/home/operator/images.txt']);
  });

  it('shows what can be chosen, opens folders by ↵ and media by their names, and gives nothing on Esc', async () => {
    const { station, answer, user } = await open({ purpose: 'bundle', multiple: false });
    // Neither can be one.
    expect(screen.queryByText('images.txt')).toBeNull();
    expect(screen.getByText('plant.airlock.tar')).toBeTruthy();
    act(() => screen.getByRole('grid').focus());
    await user.keyboard('{Enter}');
    await user.click(screen.getByRole('button', { name: 'PLANT-07' }));
    expect(station.callsOf('files.list')).toEqual([
      { folder: null },
      { folder: '/home/operator/lists' },
      { folder: '/media/PLANT-07' },
    ]);
    await user.keyboard('{Escape}');
    expect(await answer()).toEqual([]);
  });

  it('takes a path that is typed', async () => {
    const { answer, user } = await open({ purpose: 'folder', multiple: false });
    const field = screen.getByRole('textbox', { name: 'Path' });
    await user.clear(field);
    await user.type(field, '/srv/lists{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Choose this folder' }));
    expect(await answer()).toEqual(['/srv/lists']);
  });

  it('shows the folder that was asked for last, whichever answers first', async () => {
    const { station, user } = await open({ purpose: 'folder', multiple: false });
    const answers = new Map<string | null, (listing: unknown) => void>();
    station.answer(
      'files.list',
      ({ folder }: { folder: string | null }) => new Promise((resolve) => answers.set(folder, resolve)),
    );
    const listing = (folder: string) => ({ folder, parent: '/', entries: [] });
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'Path' });
    await user.click(screen.getByRole('button', { name: 'PLANT-07' }));
    await user.clear(field);
    await user.type(field, '/srv/lists{Enter}');
    await act(async () => answers.get('/srv/lists')?.(listing('/srv/lists')));
    await act(async () => answers.get('/media/PLANT-07')?.(listing('/media/PLANT-07')));
    expect(field.value).toBe('/srv/lists');
  });

  it('says that a path is not there', async () => {
    const { user } = await open({ purpose: 'folder', multiple: false });
    const field = screen.getByRole('textbox', { name: 'Path' });
    await user.clear(field);
    await user.type(field, '/nowhere{Enter}');
    expect(await screen.findByText('The path is not there. It is not there.')).toBeTruthy();
  });
});

describe('The question of a job', () => {
  it('keeps what is being typed while the rest of the job goes on', async () => {
    await standStation();
    const question = { kind: 'login', host: 'quay.io', why: 'It asks for a login.' } as const;
    useJobs.setState({ jobs: { j: makeJob('j', 'lock', { state: 'asking', question, seq: 1 }) } });
    render(<Overlays />);
    const user = userEvent.setup();
    await user.type(screen.getByRole('textbox', { name: 'User' }), 'robot');
    act(() => jobChanged(makeJob('j', 'lock', { state: 'asking', question, seq: 2 })));
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'User' }).value).toBe('robot');
    const next = { ...question, host: 'docker.io' };
    act(() => jobChanged(makeJob('j', 'lock', { state: 'asking', question: next, seq: 3 })));
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'User' }).value).toBe('');
  });
});
