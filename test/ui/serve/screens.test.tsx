// Holds the Serve desk to what an operator sees before it serves and while it does.
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Screen } from '../../../renderer/serve/Screen.tsx';
import { newServe, useServe } from '../../../renderer/serve/serve-store.ts';
import { offeredPaths } from '../../../renderer/store/drops.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { useSession } from '../../../renderer/store/session.ts';
import { fakeBridge } from '../pack/fake-bridge.ts';
import type { FakeBridge } from '../pack/fake-bridge.ts';
import { giveLayout } from '../pack/give-layout.ts';
import { makeError, makeMedium } from '../pack/make-pack.ts';
import { makeAbout, makeFoundBundle, makeState } from './make-serve.ts';

const PLANT = '/media/USB/plant.airlock';
const OFF = makeState({
  on: false,
  since: null,
  url: null,
  addresses: [],
  bundles: [],
  requests: 0,
  recent: [],
});

let station: FakeBridge;
giveLayout();

beforeEach(async () => {
  useServe.setState(newServe());
  useSession.setState({ facts: null });
  useNavigation.setState({ desk: 'serve', intent: null });
  station = await fakeBridge({
    'serve.state': () => OFF,
    'serve.start': () => makeState(),
    'serve.stop': () => OFF,
    'media.list': () => [makeMedium('USB', { bundles: [makeFoundBundle(PLANT)] })],
    'bundles.inspect': ({ bundle }: { bundle: string }) => makeAbout(bundle),
  });
});
afterEach(cleanup);

const button = (name: string | RegExp) => screen.getByRole('button', { name });

async function ticked() {
  const user = userEvent.setup();
  render(<Screen />);
  await user.click(await screen.findByRole('checkbox', { name: 'Serve plant from USB' }));
  return user;
}

describe('Off', () => {
  it('teaches what Serve does while no medium holds a bundle', async () => {
    station.answer('media.list', () => []);
    render(<Screen />);
    expect(screen.getByText('What it never does')).toBeDefined();
    expect(button(/^Start serving/)).toHaveProperty('disabled', true);
    expect(screen.getByText('Tick a bundle, or name a folder that takes pushes.')).toBeDefined();
  });

  it('serves what is ticked to this machine alone unless more is chosen', async () => {
    const user = await ticked();
    expect(screen.getByText('Only this machine can read, on port 5000.')).toBeDefined();
    await user.click(button(/^Start serving/));
    expect(station.callsOf('serve.start')).toEqual([
      { bundles: [PLANT], address: '127.0.0.1', port: 5000, writable: null, tlsCert: null, tlsKey: null },
    ]);
    expect(await screen.findByRole('button', { name: /^Stop serving/ })).toBeDefined();
  });

  it('says what an open port without TLS means, and takes certificate, key and folder', async () => {
    const user = await ticked();
    await user.click(screen.getByRole('radio', { name: 'The plant network' }));
    expect(screen.getByText(/Without TLS it can be changed on the way\.$/)).toBeDefined();
    await user.type(screen.getByRole('textbox', { name: 'TLS certificate' }), '/c.pem');
    expect(screen.getByText('The certificate wants its key.')).toBeDefined();
    expect(button(/^Start serving/)).toHaveProperty('disabled', true);
    await user.type(screen.getByRole('textbox', { name: 'Its key' }), '/k.pem');
    await user.type(screen.getByRole('textbox', { name: 'Takes pushes' }), '/data');
    await user.click(button(/^Start serving/));
    expect(station.callsOf('serve.start')).toMatchObject([
      { address: '0.0.0.0', tlsCert: '/c.pem', tlsKey: '/k.pem', writable: '/data' },
    ]);
  });

  it('takes a bundle that is dropped, or that it is sent here with', async () => {
    useNavigation.setState({ intent: { paths: ['/data/sent.airlock'] } });
    render(<Screen />);
    expect(await screen.findByRole('checkbox', { name: /^Serve sent/, checked: true })).toBeDefined();
    act(() => void offeredPaths(['/data/dropped.airlock']));
    expect(await screen.findByRole('checkbox', { name: /^Serve dropped/, checked: true })).toBeDefined();
    expect(useServe.getState().form.ticked).toEqual(['/data/sent.airlock', '/data/dropped.airlock']);
  });

  it('offers another port where one is taken, and starts there', async () => {
    station.answer('serve.start', () => {
      throw makeError({ code: 'PORT_IN_USE', message: 'Port 5000 is in use.', side: 'machine' });
    });
    const user = await ticked();
    await user.click(button(/^Start serving/));
    expect(await screen.findByText('Port 5000 is in use.')).toBeDefined();
    station.answer('serve.start', () => makeState());
    await user.click(button('Use port 5001'));
    expect(station.callsOf('serve.start')).toMatchObject([{ port: 5000 }, { port: 5001 }]);
    expect(await screen.findByRole('button', { name: /^Stop serving/ })).toBeDefined();
  });

  it('serves nothing of a damaged bundle, and lets it be checked or left out', async () => {
    station.answer('serve.start', () => {
      throw makeError({ code: 'BUNDLE_DAMAGED', message: 'A blob does not match.', side: 'bundle' });
    });
    const user = await ticked();
    await user.click(button(/^Start serving/));
    await user.click(await screen.findByRole('button', { name: 'Leave plant.airlock out' }));
    expect(useServe.getState().form.ticked).toEqual([]);
    expect(screen.queryByText('A blob does not match.')).toBe(null);
    await user.click(screen.getByRole('checkbox', { name: 'Serve plant from USB' }));
    await user.click(button(/^Start serving/));
    await user.click(await screen.findByRole('button', { name: 'Check it in Verify' }));
    expect(useNavigation.getState()).toMatchObject({ desk: 'verify', intent: { paths: [PLANT] } });
  });
});

describe('On', () => {
  const shown = async (change: Parameters<typeof makeState>[0] = {}) => {
    station.answer('serve.state', () => makeState(change));
    render(<Screen />);
    await screen.findByRole('button', { name: /^Stop serving/ });
    return userEvent.setup();
  };

  it('hands out the address that others reach, for images, charts and files', async () => {
    await shown();
    for (const address of ['10.20.0.5:5000', 'http://10.20.0.5:5000/charts', 'http://10.20.0.5:5000/files/'])
      expect(screen.getByText(address, { selector: 'code' })).toBeDefined();
    expect(screen.getByText('Plain http')).toBeDefined();
    expect(screen.getByText('2 images, 1 chart')).toBeDefined();
    expect(screen.getByText('2026-11-20 09:12, intact')).toBeDefined();
    expect(screen.getByText('Since 10:51')).toBeDefined();
    expect(screen.getByText('41.2 MB')).toBeDefined();
  });

  it('shows what was refused apart, and what a filter leaves', async () => {
    const user = await shown();
    expect(screen.getByText('404')).toBeDefined();
    await user.click(screen.getByRole('tab', { name: /Refused/ }));
    expect(screen.queryByText(/team\/api/)).toBe(null);
    await user.click(screen.getByRole('tab', { name: /All/ }));
    await user.type(screen.getByRole('searchbox', { name: 'Filter' }), 'nobody');
    expect(screen.getByText('No request holds that.')).toBeDefined();
  });

  it('follows the station, and says that pushes need no account', async () => {
    await shown();
    act(() => station.tell('serve.changed', makeState({ requests: 1284, writable: '/data/pushed' })));
    expect(screen.getAllByText('1,284').length).toBeGreaterThan(0);
    expect(
      screen.getByText('Others read, and may push into /data/pushed. There are no accounts.'),
    ).toBeDefined();
  });

  it('keeps a bundle that is given meanwhile for the next start, and says so', async () => {
    await shown();
    act(() => void offeredPaths(['/data/next.airlock']));
    expect(screen.getByText(/^next\.airlock is ticked for the next start\./)).toBeDefined();
    expect(station.callsOf('serve.start')).toEqual([]);
  });

  it('stops, and shows what to serve again', async () => {
    const user = await shown();
    await user.click(button(/^Stop serving/));
    await waitFor(() => expect(button(/^Start serving/)).toBeDefined());
    expect(station.callsOf('serve.stop')).toHaveLength(1);
  });

  it('stays on and says why where it could not be stopped', async () => {
    station.answer('serve.stop', () => {
      throw makeError({ code: 'INTERNAL', message: 'It hangs.', side: 'airlock' });
    });
    const user = await shown();
    await user.click(button(/^Stop serving/));
    expect(await screen.findByText('It could not be stopped')).toBeDefined();
    expect(button(/^Stop serving/)).toBeDefined();
  });
});
