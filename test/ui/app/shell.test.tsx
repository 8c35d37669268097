// Holds the shell to its keys, its commands, and what it says of side, job and engine on every screen.
import { act, cleanup, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Overlays } from '../../../renderer/app/Overlays.tsx';
import { Shell } from '../../../renderer/app/Shell.tsx';
import { showOverlay } from '../../../renderer/app/shell-actions.ts';
import { followStation } from '../../../renderer/app/follow-station.ts';
import { registerActions } from '../../../renderer/store/actions.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/default-settings.ts';
import { closeNotice, tellFailure } from '../../../renderer/store/notice.ts';
import { jobChanged } from '../../../renderer/store/jobs.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { Desk } from '../../../renderer/ui/Desk.tsx';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { makeJob } from '../pack/make-pack.ts';
import { standStation } from './station.ts';
import type { ShellChoice } from './station.ts';

let onPrimary: ReturnType<typeof vi.fn<() => void>>;
let stopActions: () => void = () => undefined;

beforeEach(() => {
  onPrimary = vi.fn();
  showOverlay(null);
  closeNotice();
  // Regions without a place on the page are no stops of F6.
  vi.spyOn(Element.prototype, 'getClientRects').mockReturnValue([new DOMRect()] as unknown as DOMRectList);
});
afterEach(() => {
  cleanup();
  stopActions();
  stopActions = () => undefined;
});

async function show(
  choice?: ShellChoice,
): Promise<{ station: FakeBridge; user: ReturnType<typeof userEvent.setup> }> {
  const station = await standStation(choice);
  render(
    <>
      <Shell>
        <Desk
          desk="Pack"
          title="plant"
          steps={[{ id: 'a', label: 'Contents', state: 'now' }]}
          panel={{ desk: 'Bundle', title: 'Not packed yet' }}
          say=""
          primary={{ label: 'Lock 34 items', onPress: onPrimary }}
        >
          <input aria-label="Name" />
        </Desk>
      </Shell>
      <Overlays />
    </>,
  );
  return { station, user: userEvent.setup() };
}
/** This page without layout knows no :focus-within, so that the dialog would keep the focus from its field. */
async function openPalette(user: ReturnType<typeof userEvent.setup>): Promise<void> {
  await user.keyboard('{Control>}k{/Control}');
  act(() => screen.getByRole('combobox').focus());
}
const desk = () => useNavigation.getState().desk;

describe('Keys', () => {
  it('go to the desks with Ctrl, and with G where the browser keeps Ctrl', async () => {
    const { user } = await show();
    await user.keyboard('{Control>}3{/Control}');
    expect(desk()).toBe('import');
    await user.keyboard('g2');
    expect(desk()).toBe('verify');
    await user.keyboard('g,');
    expect(desk()).toBe('settings');
    await user.keyboard('2');
    expect(desk()).toBe('settings');
  });

  it('run the primary from a field too', async () => {
    const { user } = await show();
    await user.type(screen.getByRole('textbox'), 'x{Control>}{Enter}{/Control}');
    expect(onPrimary).toHaveBeenCalledOnce();
  });

  it('that are held down run the primary once, not that of the next screen as well', async () => {
    const { user } = await show();
    await user.keyboard('{Control>}{Enter>4/}{/Control}');
    expect(onPrimary).toHaveBeenCalledTimes(1);
  });

  it('that are letters act outside of fields alone, and Esc leaves a field', async () => {
    const { user } = await show();
    const field = screen.getByRole('textbox');
    await user.type(field, 'g2?');
    expect(desk()).toBe('pack');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.keyboard('{Escape}');
    await vi.waitFor(() => expect(document.activeElement).not.toBe(field));
    await user.keyboard('g2');
    expect(desk()).toBe('verify');
  });

  it('that are letters can be switched off', async () => {
    const { user } = await show({ settings: { letterKeys: false } });
    await user.keyboard('g2?');
    expect(desk()).toBe('pack');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('F6 goes through the regions, in their order and back', async () => {
    const { user } = await show();
    const region = () => document.activeElement?.getAttribute('data-region');
    screen.getByRole('region', { name: 'Side and running job' }).focus();
    const seen: (string | null | undefined)[] = [];
    for (let at = 0; at < 6; at += 1) {
      await user.keyboard('{F6}');
      seen.push(region());
    }
    expect(seen).toEqual(['rail', 'head', 'work', 'actions', 'panel', 'strip']);
    await user.keyboard('{Shift>}{F6}{/Shift}');
    expect(region()).toBe('panel');
  });

  it('are all on one sheet', async () => {
    const { user } = await show();
    await user.keyboard('?');
    const sheet = screen.getByRole('dialog', { name: 'All shortcuts' });
    for (const label of ['Go to Verify', 'Pause the job, or go on', 'Next region'])
      expect(within(sheet).getByText(label)).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('The palette', () => {
  it('finds a command by its words and does it', async () => {
    const { user } = await show();
    await openPalette(user);
    await user.keyboard('hist');
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('Go to History');
    await user.keyboard('{Enter}');
    await vi.waitFor(() => expect(desk()).toBe('history'));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('has what is here and what the screen does, and says why something cannot be done now', async () => {
    const run = vi.fn();
    const { user } = await show();
    stopActions = registerActions([
      {
        id: 'x',
        label: 'Read the medium again',
        section: 'commands',
        isEnabled: () => 'no bundle is open',
        run,
      },
      { id: 'i', label: 'ap-nats-server:2.14.5', about: 'quay.io/astronomer', section: 'items', run },
    ]);
    await openPalette(user);
    await user.keyboard('again');
    const row = screen.getByRole('option', { name: /Read the medium again/ });
    expect(row.textContent).toContain('no bundle is open');
    expect(row.getAttribute('aria-disabled')).toBe('true');
    await user.keyboard('{Enter}');
    expect(run).not.toHaveBeenCalled();
    await user.clear(screen.getByRole('combobox'));
    await user.keyboard('nats quay');
    await user.keyboard('{Enter}');
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce());
  });

  it('is worked by arrows, and says that nothing is called so', async () => {
    const { user } = await show();
    await openPalette(user);
    await user.keyboard('go to{ArrowDown}{ArrowDown}{ArrowUp}');
    const chosen = screen.getByRole('option', { selected: true });
    expect(screen.getByRole('combobox').getAttribute('aria-activedescendant')).toBe(chosen.id);
    await user.keyboard('zzz');
    expect(screen.getByText('Nothing here is called that.')).toBeTruthy();
  });
});

describe('The strip', () => {
  it('says amber that the routes contradict the side, and where to look', async () => {
    const { user } = await show({ settings: { side: 'disconnected' } });
    expect(screen.getByText(/a route leads outside/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Look' }));
    expect(useNavigation.getState()).toMatchObject({ desk: 'settings', intent: { section: 'machine' } });
  });

  it('has the running job on every screen, holds it and goes on', async () => {
    const { station, user } = await show();
    act(() => jobChanged(makeJob('j', 'pack', { title: 'astronomer-2.1', seq: 1 })));
    const strip = screen.getByRole('region', { name: 'Side and running job' });
    expect(within(strip).getByText('38 %')).toBeTruthy();
    await user.click(within(strip).getByRole('button', { name: 'Pause' }));
    expect(station.callsOf('jobs.pause')).toEqual([{ job: 'j' }]);
    act(() => jobChanged(makeJob('j', 'pack', { seq: 2, state: 'paused' })));
    await user.keyboard('{Control>}p{/Control}');
    expect(station.callsOf('jobs.goOn')).toEqual([{ job: 'j' }]);
    await user.click(within(strip).getByRole('button', { name: 'Show Packing plant' }));
    expect(useNavigation.getState().intent).toEqual({ job: 'j' });
  });
});

describe('The engine', () => {
  it('that stopped is told with one button', async () => {
    const { station, user } = await show({ facts: { engine: 'gone' } });
    expect(screen.getByRole('alert').textContent).toContain('Nothing that was finished is lost.');
    await user.click(screen.getByRole('button', { name: 'Start the engine again' }));
    expect(station.callsOf('station.restartEngine')).toHaveLength(1);
  });

  it('that came back goes on with what it left, or not now', async () => {
    const { station, user } = await show();
    station.answer('jobs.again', () => 'j2');
    act(() => {
      jobChanged(makeJob('j', 'pack', { state: 'interrupted', title: 'plant' }));
      jobChanged(makeJob('k', 'pack', { state: 'interrupted', title: 'mill' }));
    });
    await user.click(screen.getByRole('button', { name: 'Go on with plant' }));
    expect(station.callsOf('jobs.again')).toEqual([{ job: 'j' }]);
    expect(useNavigation.getState().intent).toEqual({ job: 'j2' });
    await user.click(screen.getByRole('button', { name: 'Not now' }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(station.callsOf('jobs.forget')).toEqual([]);
  });
});

describe('A page that lost its station', () => {
  const route = { leadsOutside: true, fact: 'a default route by wlan0' };

  it('says so, and not that the engine ended', async () => {
    const { station } = await show();
    followStation();
    act(() => station.lose());
    expect(screen.getByRole('alert').textContent).toContain('This page lost the station');
    act(() => station.tell('station.changed', { engine: 'starting', route }));
    expect(screen.getByRole('alert').textContent).toContain('The engine ended');
    act(() => station.tell('station.changed', { engine: 'running', route }));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('asks for everything anew when it is back, though the engine ran on', async () => {
    const { station } = await show();
    station.answer('settings.get', () => ({ ...DEFAULT_SETTINGS, side: 'disconnected' }));
    followStation();
    act(() => station.lose());
    await act(async () => station.tell('station.changed', { engine: 'running', route }));
    expect(station.callsOf('jobs.list')).toHaveLength(1);
    expect(screen.getByText('Disconnected side')).toBeTruthy();
  });

  it('keeps its palette and what is typed there', async () => {
    const { station, user } = await show();
    followStation();
    await openPalette(user);
    await user.keyboard('verify');
    act(() => station.lose());
    act(() => station.tell('station.changed', { engine: 'running', route }));
    expect(screen.getByRole<HTMLInputElement>('combobox').value).toBe('verify');
  });
});

it('A failure that no screen has a place for is told above all of them, until it is closed', async () => {
  const { user } = await show();
  act(() => tellFailure(new Error('x is not a function')));
  expect(screen.getByRole('alert').textContent).toContain('Airlock met a fault of its own');
  await user.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('alert')).toBeNull();
});

describe('A job that asks', () => {
  const asking = (question: NonNullable<ReturnType<typeof makeJob>['question']>) =>
    act(() => jobChanged(makeJob('j', 'pack', { state: 'asking', question, seq: 9 })));

  it('for a login has it from any screen, and the password goes nowhere else', async () => {
    const { station, user } = await show();
    asking({ kind: 'login', host: 'quay.io', why: 'quay.io wants a login.' });
    const dialog = screen.getByRole('dialog', { name: 'Log in to quay.io' });
    await user.type(within(dialog).getByLabelText('User'), 'robot');
    const password = within(dialog).getByLabelText('Password');
    expect(password.getAttribute('type')).toBe('password');
    await user.type(password, 'hidden{Enter}');
    expect(station.callsOf('jobs.answer')).toEqual([
      { job: 'j', answer: { kind: 'login', username: 'robot', password: 'hidden' } },
    ]);
  });

  it('again has what was refused and by whom, keeps the user and wants another password', async () => {
    const { station, user } = await show();
    asking({ kind: 'login', host: 'quay.io', why: 'quay.io asks for a login.' });
    await user.type(screen.getByLabelText('User'), 'robot');
    await user.type(screen.getByLabelText('Password'), 'mistyped{Enter}');
    const why = 'quay.io refused the login of "robot" that was given (401).';
    act(() =>
      jobChanged(
        makeJob('j', 'pack', {
          state: 'asking',
          question: { kind: 'login', host: 'quay.io', why, refused: 'robot' },
          seq: 10,
        }),
      ),
    );
    const dialog = screen.getByRole('dialog', { name: 'quay.io refused the login' });
    expect(within(dialog).getByText(why)).toBeTruthy();
    expect(within(dialog).getByLabelText<HTMLInputElement>('User').value).toBe('robot');
    const password = within(dialog).getByLabelText<HTMLInputElement>('Password');
    expect(password.value).toBe('');
    await user.type(password, 'right{Enter}');
    expect(station.callsOf('jobs.answer').at(-1)).toEqual({
      job: 'j',
      answer: { kind: 'login', username: 'robot', password: 'right' },
    });
  });

  it('what becomes of a tag has the safe answer on Esc', async () => {
    const { station, user } = await show();
    asking({
      kind: 'tagConflict',
      target: 'reg/a:1',
      there: `sha256:${'1'.repeat(64)}`,
      ours: `sha256:${'2'.repeat(64)}`,
    });
    expect(screen.getByRole('alertdialog', { name: 'Move reg/a:1?' })).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(station.callsOf('jobs.answer')).toEqual([
      { job: 'j', answer: { kind: 'tagConflict', choice: 'skip' } },
    ]);
  });
});

it('Screen readers hear stages, pauses and ends, and no ticks', async () => {
  const { station } = await show();
  followStation();
  const heard = () => screen.getByRole('status').textContent;
  const tell = (change: Parameters<typeof makeJob>[2]) =>
    act(() => station.tell('jobs.changed', makeJob('j', 'pack', change)));
  tell({ seq: 1 });
  expect(heard()).toBe('');
  tell({ seq: 2, stage: 'seal' });
  expect(heard()).toBe('plant: seal.');
  act(() =>
    station.tell('jobs.progress', { job: 'j', at: 1, numbers: makeJob('j', 'pack').numbers, items: [] }),
  );
  expect(heard()).toBe('plant: seal.');
  tell({ seq: 3, stage: 'seal', state: 'paused' });
  expect(heard()).toBe('plant: Paused.');
});
