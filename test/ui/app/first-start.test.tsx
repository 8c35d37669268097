// Holds first start to its one question, and to being answered by two keys.
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { FirstStart } from '../../../renderer/app/FirstStart.tsx';
import { keepLook, resolved } from '../../../renderer/app/look.ts';
import { useNavigation } from '../../../renderer/store/navigation.ts';
import { useSettings } from '../../../renderer/store/settings.ts';
import { standStation } from './station.ts';

afterEach(cleanup);

it('The arrows choose, ↵ starts, and the accent follows', async () => {
  const station = await standStation({ settings: { side: null } });
  render(<FirstStart />);
  expect(screen.getByRole('radio', { name: /Connected side/ })).toHaveProperty('checked', true);
  expect(screen.getByText('Seen here: a default route by wlan0.')).toBeTruthy();
  const user = userEvent.setup();
  await user.keyboard('{ArrowRight}');
  expect(document.documentElement.dataset['side']).toBe('disconnected');
  expect(screen.getByRole('button', { name: 'Start on the disconnected side' })).toBeTruthy();
  await user.keyboard('{Enter}');
  await vi.waitFor(() => expect(useSettings.getState().settings.side).toBe('disconnected'));
  expect(station.callsOf('settings.save')).toEqual([{ side: 'disconnected' }]);
  expect(useNavigation.getState().desk).toBe('verify');
});

it('Where no route leads out, the disconnected side is offered first', async () => {
  await standStation({
    settings: { side: null },
    facts: { route: { leadsOutside: false, fact: 'no route leads out' } },
  });
  render(<FirstStart />);
  expect(screen.getByRole('radio', { name: /Disconnected side/ })).toHaveProperty('checked', true);
});

it('The look is the one that was chosen, or the system’s', async () => {
  expect(resolved('system', { isDark: true, wantsContrast: false })).toBe('dark');
  expect(resolved('system', { isDark: true, wantsContrast: true })).toBe('contrast');
  expect(resolved('light', { isDark: true, wantsContrast: true })).toBe('light');
  await standStation({ settings: { theme: 'dark', side: 'disconnected' } });
  keepLook();
  expect(document.documentElement.dataset).toMatchObject({ theme: 'dark', side: 'disconnected' });
  useSettings.setState(({ settings }) => ({ settings: { ...settings, theme: 'contrast' } }));
  expect(document.documentElement.dataset['theme']).toBe('contrast');
});

it('Settings that could not be read are told, with where they lie, before a side is chosen anew', async () => {
  await standStation({ settings: { side: null } });
  useSettings.setState({ broken: { keptAt: '/state/settings.json.broken' } });
  render(<FirstStart />);
  const { textContent } = screen.getByRole('alert');
  expect(textContent).toContain('The settings of this machine could not be read.');
  expect(textContent).toContain('/state/settings.json.broken');
  expect(textContent).toContain('choose the side again');
  await userEvent.setup().click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('alert')).toBeNull();
});
