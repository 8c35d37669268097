// Holds each section of Settings to what an operator sees in it and can do from it.
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Screen } from '../../../renderer/settings/Screen.tsx';
import { newSettingsDesk, useSettingsDesk } from '../../../renderer/settings/settings-store.ts';
import { runAction } from '../../../renderer/store/actions.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { useSession } from '../../../renderer/store/session.ts';
import { useSettings } from '../../../renderer/store/settings.ts';
import { DEFAULT_SETTINGS } from '../../../shared/station/default-settings.ts';
import { changeSettings } from '../../../shared/station/change-settings.ts';
import type { Settings } from '../../../shared/station/settings.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { giveLayout } from '../pack/give-layout.ts';
import { makeError } from '../pack/make-pack.ts';
import { makeFacts, makePem, makeProfile } from './make-settings.ts';

let station: FakeBridge;
let kept: Settings;
giveLayout();

beforeEach(async () => {
  useSettingsDesk.setState(newSettingsDesk());
  useNavigation.setState({ desk: 'settings', intent: null });
  useSession.setState({ facts: makeFacts() });
  station = await fakeBridge({
    'settings.get': () => kept,
    'settings.save': (change) => (kept = changeSettings(kept, change)),
    'registries.login': () => ({ storedIn: 'docker-credential-pass', plainText: false }),
  });
});
afterEach(cleanup);

function show(settings: Partial<Settings> = {}) {
  kept = { ...DEFAULT_SETTINGS, side: 'disconnected', ...settings };
  useSettings.setState({ settings: kept });
  render(<Screen />);
  return userEvent.setup();
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const field = (name: string) => screen.getByRole('textbox', { name });
const toSection = (name: string) => userEvent.click(screen.getByRole('tab', { name }));

describe('Sections', () => {
  it('are chosen by arrow keys, one tab stop for all, and named in the heading', async () => {
    const user = show();
    screen.getByRole('tab', { name: 'Registries' }).focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Proxy');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Proxy', selected: true }));
    await user.keyboard('{End}{ArrowDown}');
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Registries');
    expect(screen.getAllByRole('tab').filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  });

  it('open where the strip or an error sends to', () => {
    useNavigation.setState({ intent: { section: 'machine' } });
    show();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('This machine');
    expect(useNavigation.getState().intent).toBe(null);
  });
});

describe('Registries', () => {
  it('teach what they are for while none is named', async () => {
    const user = show();
    expect(screen.getByText('No registry is named yet.')).toBeDefined();
    await user.click(screen.getAllByRole('button', { name: 'Add registry…' })[0] ?? document.body);
    expect(document.activeElement).toBe(field('Host'));
  });

  it('add one with a login, say where that is kept, and save it by Ctrl S', async () => {
    const user = show();
    await user.click(screen.getAllByRole('button', { name: 'Add registry…' })[0] ?? document.body);
    await user.type(field('Host'), 'harbor.example');
    await user.type(field('User'), 'robot');
    expect(screen.getByText('harbor.example is not saved. This user wants a password.')).toBeDefined();
    expect(button(/^Save/)).toHaveProperty('disabled', true);
    await user.type(screen.getByLabelText('Password'), 'a secret');
    await user.click(screen.getByRole('radio', { name: 'Plain http' }));
    expect(screen.getByText('What is sent, the login too, can be read on the way.')).toBeDefined();
    expect(screen.getByText(/^Kept in a file that this user alone can read/)).toBeDefined();
    expect(runAction('settings.save')).toBe(true);
    expect(
      await screen.findByText('Saved. The login for harbor.example is kept in docker-credential-pass.'),
    ).toBeDefined();
    expect(kept.registries).toMatchObject([{ host: 'harbor.example', plainHttp: true, usedAs: 'target' }]);
    expect(screen.getByLabelText('Password')).toHaveProperty('value', '');
    expect(document.body.innerHTML).not.toContain('a secret');
  });

  it('count what is unsaved and take it back', async () => {
    const user = show({ registries: [makeProfile('harbor.example', { user: 'robot' })] });
    await user.type(field('Prefix'), 'plant');
    await user.type(field('Connections'), '4');
    expect(screen.getByText('2 changes to harbor.example are not saved.')).toBeDefined();
    await user.click(button('Undo'));
    expect(field('Prefix')).toHaveProperty('value', '');
    expect(screen.getByText('Everything here is saved.')).toBeDefined();
  });

  it('show the test step by step, and what to do about the first fault', async () => {
    station.answer('registries.test', () => ({
      host: 'harbor.example',
      at: '2026-11-20T10:00:00Z',
      milliseconds: 31,
      steps: [
        { step: 'name', state: 'ok', word: 'Found', fact: '10.20.0.14, port 443' },
        { step: 'tls', state: 'failed', word: 'Expired', fact: 'It ended on 2026-11-17.' },
        { step: 'login', state: 'notTested', word: 'Not tested', fact: 'No password was sent.' },
        { step: 'permission', state: 'notTested', word: 'Not tested', fact: '' },
      ],
      chain: [],
      error: makeError({ code: 'TLS_UNTRUSTED', remedy: 'Ask whoever keeps the registry to renew it.' }),
    }));
    const user = show({ registries: [makeProfile('harbor.example')] });
    await user.click(button('Test'));
    expect(await screen.findByText('Expired')).toBeDefined();
    expect(screen.getByText('Ask whoever keeps the registry to renew it.')).toBeDefined();
    await user.type(field('Prefix'), 'x');
    expect(screen.queryByText('Expired')).toBe(null);
  });

  it('ask before one is removed, and name the login that goes', async () => {
    const user = show({ registries: [makeProfile('harbor.example', { user: 'robot' })] });
    await user.click(button('Remove'));
    const dialog = screen.getByRole('alertdialog');
    expect(within(dialog).getByText('The login of robot is forgotten too.')).toBeDefined();
    expect(within(dialog).getByRole('button', { name: 'Keep it' })).toBeDefined();
    await user.click(within(dialog).getByRole('button', { name: 'Remove it' }));
    await waitFor(() => expect(kept.registries).toEqual([]));
    expect(station.callsOf('registries.logout')).toEqual([{ host: 'harbor.example' }]);
  });

  it('keep the typed password of a login that was refused, and say why', async () => {
    station.answer('registries.login', () => {
      throw makeError({ code: 'UNAUTHORIZED', message: 'It was refused.', side: 'target' });
    });
    const user = show({ registries: [makeProfile('harbor.example')] });
    await user.type(field('User'), 'robot');
    await user.type(screen.getByLabelText('Password'), 'wrong');
    await user.click(button(/^Save/));
    expect(await screen.findByText('The login for harbor.example was not kept')).toBeDefined();
    expect(screen.getByLabelText('Password')).toHaveProperty('value', 'wrong');
    expect(screen.getByText('2 changes to harbor.example are not saved.')).toBeDefined();
  });
});

describe('Certificates', () => {
  it('are added by paste, named, and say where they can be chosen', async () => {
    const user = show();
    await toSection('Certificates');
    await user.click(field('Certificates, PEM'));
    await user.paste(makePem(100) + makePem(60));
    expect(screen.getByText(/^2 certificates found\./)).toBeDefined();
    await user.type(field('Name'), 'Plant');
    await user.click(button(/^Add 2 certificates/));
    expect(await screen.findByText(/^Plant is added\./)).toBeDefined();
    expect(kept.certificates).toMatchObject([{ name: 'Plant' }]);
  });

  it('refuse what is none with its reason', async () => {
    const user = show();
    await toSection('Certificates');
    await user.click(field('Certificates, PEM'));
    await user.paste('not a certificate');
    expect(screen.getByText('This is no PEM: no line of it says BEGIN CERTIFICATE.')).toBeDefined();
    expect(button(/^Add certificate/)).toHaveProperty('disabled', true);
  });

  it('are read from a file that is chosen, and from one that is dropped anywhere', async () => {
    show();
    await toSection('Certificates');
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    fireEvent.change(input ?? document.body, {
      target: { files: [new File([makePem(80)], 'chosen.pem')] },
    });
    await waitFor(() => expect(field('Name')).toHaveProperty('value', 'chosen'));
    const dropped = new Event('drop', { bubbles: true, cancelable: true });
    const files = [new File([`${makePem(80)}${makePem(70)}`], 'dropped.pem')];
    Object.assign(dropped, { dataTransfer: { types: ['Files'], files } });
    document.body.dispatchEvent(dropped);
    expect(await screen.findByText('2 certificates found.')).toBeDefined();
    expect(dropped.defaultPrevented).toBe(true);
  });

  it('say which registries trust one before it is removed', async () => {
    const user = show({
      certificates: [{ name: 'Plant', pem: makePem(60) }],
      registries: [makeProfile('harbor.example', { certificate: 'Plant' })],
    });
    await toSection('Certificates');
    await user.click(button('Remove'));
    expect(
      screen.getByText('harbor.example will then be trusted as this system trusts it, or not at all.'),
    ).toBeDefined();
    await user.click(button('Remove it'));
    await waitFor(() => expect(kept.registries[0]?.certificate).toBe(null));
  });
});

describe('Proxy, limits and folders', () => {
  it('take an address, and mark one that is none', async () => {
    const user = show();
    await toSection('Proxy');
    await user.type(field('Address'), 'proxy:1');
    expect(screen.getByText('Write it as http://proxy.example:3128.')).toBeDefined();
    expect(button(/^Save/)).toHaveProperty('disabled', true);
    await user.clear(field('Address'));
    await user.type(field('Address'), 'http://proxy:1');
    await user.click(button(/^Save/));
    await waitFor(() => expect(kept.proxy.address).toBe('http://proxy:1'));
  });

  it('take a bandwidth in MB/s, and none', async () => {
    const user = show();
    await toSection('Limits');
    await user.type(field('Bandwidth'), '2.5');
    await user.click(button(/^Save/));
    await waitFor(() => expect(kept.limits.bytesPerSecond).toBe(2_500_000));
    await user.clear(field('Bandwidth'));
    await user.click(button(/^Save/));
    await waitFor(() => expect(kept.limits.bytesPerSecond).toBe(null));
  });

  it('say that they could not be kept, with what was there before still counting', async () => {
    station.answer('settings.save', () => {
      throw makeError({ code: 'LOCAL_IO', message: 'The disk is full.', side: 'machine' });
    });
    const user = show();
    await toSection('Folders');
    await user.type(field('Lists'), '/lists');
    await user.click(button(/^Save/));
    expect(await screen.findByText('The disk is full. What was there before still counts.')).toBeDefined();
    expect(field('Lists')).toHaveProperty('value', '/lists');
  });
});

describe('Appearance, shortcuts and this machine', () => {
  it('change the look at once', async () => {
    const user = show();
    await toSection('Appearance');
    await user.click(screen.getByRole('radio', { name: 'Dark' }));
    await waitFor(() => expect(kept.theme).toBe('dark'));
  });

  it('list every key, and switch letters off', async () => {
    const user = show();
    await toSection('Shortcuts');
    expect(screen.getByText('Save the settings')).toBeDefined();
    await user.click(screen.getByRole('checkbox'));
    await waitFor(() => expect(kept.letterKeys).toBe(false));
  });

  it('ask what a change of side means, and change nothing when it is left', async () => {
    const user = show();
    await toSection('This machine');
    await user.click(screen.getByRole('radio', { name: 'Connected side' }));
    await user.keyboard('{Escape}');
    expect(kept.side).toBe('disconnected');
    await user.click(screen.getByRole('radio', { name: 'Connected side' }));
    await user.click(button('Set to connected'));
    await waitFor(() => expect(kept.side).toBe('connected'));
    expect(screen.getByText('This machine now stands on the connected side.')).toBeDefined();
  });

  it('say in amber where the routes contradict the side', async () => {
    useSession.setState({
      facts: makeFacts({ route: { leadsOutside: true, fact: 'a default route by wlan0' } }),
    });
    show();
    await toSection('This machine');
    expect(screen.getByText('a default route by wlan0')).toBeDefined();
    expect(
      screen.getByText('A route leads outside. On the disconnected side there should be none.'),
    ).toBeDefined();
  });
});
