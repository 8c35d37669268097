// Holds the frame of the screens to where the focus goes, and to one primary action.
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Desk } from '../../../renderer/ui/Desk.tsx';
import type { Step } from '../../../renderer/ui/Desk.tsx';
import { ShellContext } from '../../../renderer/ui/shell-context.ts';
import type { ShellParts } from '../../../renderer/ui/shell-context.ts';

afterEach(cleanup);

const parts: ShellParts = {
  isPanelOpen: false,
  hasLetterKeys: true,
  togglePanel: vi.fn(),
  offerPrimary: vi.fn(),
};
const stepsTo = (now: string): readonly Step[] =>
  ['Contents', 'Lock', 'Run'].map((label, index, all) => ({
    id: label,
    label,
    state: label === now ? 'now' : index < all.indexOf(now) ? 'done' : 'todo',
    ...(index < all.indexOf(now) ? { onPress: vi.fn() } : {}),
  }));

function screenAt(now: string, onPress = vi.fn(), work = <input aria-label="Filter" />, isDisabled = false) {
  return (
    <ShellContext value={parts}>
      <Desk
        desk="Pack"
        title="astronomer-2.1"
        steps={stepsTo(now)}
        panel={{ desk: 'Bundle', title: 'Not packed yet', foot: 'Saved.' }}
        say={`At ${now}.`}
        primary={{ label: `Go on from ${now}`, onPress, isDisabled }}
      >
        {work}
      </Desk>
    </ShellContext>
  );
}
const heading = () => screen.getByRole('heading', { level: 1, name: 'astronomer-2.1' });

describe('The focus', () => {
  it('is on the heading of a screen that appears', () => {
    render(screenAt('Contents'));
    expect(document.activeElement).toBe(heading());
  });

  it('goes to the heading with the next step, so that a key held down starts nothing', async () => {
    const onRun = vi.fn();
    const { rerender } = render(screenAt('Lock'));
    await userEvent.click(screen.getByRole('button', { name: 'Go on from Lock' }));
    rerender(screenAt('Run', onRun));
    expect(document.activeElement).toBe(heading());
    await userEvent.keyboard('{Enter}');
    expect(onRun).not.toHaveBeenCalled();
  });

  it('goes to the heading from a primary that cannot be pressed while it works', () => {
    const { rerender } = render(screenAt('Lock'));
    screen.getByRole('button', { name: 'Go on from Lock' }).focus();
    rerender(screenAt('Lock', vi.fn(), <input aria-label="Filter" />, true));
    expect(document.activeElement).toBe(heading());
  });

  it('stays in the work and where a step did not change', () => {
    const { rerender } = render(screenAt('Contents'));
    screen.getByRole('textbox', { name: 'Filter' }).focus();
    rerender(screenAt('Lock'));
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Filter' }));
    screen.getByRole('button', { name: 'Go on from Lock' }).focus();
    rerender(screenAt('Lock'));
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Go on from Lock' }));
  });
});

describe('The frame', () => {
  it('has its landmarks, and its regions in the order of F6', () => {
    const { container } = render(screenAt('Lock'));
    expect(screen.getByRole('banner')).toBeTruthy();
    expect(screen.getByRole('main')).toBeTruthy();
    expect(screen.getByRole('complementary', { name: 'Bundle' })).toBeTruthy();
    const regions = [...container.querySelectorAll<HTMLElement>('[data-region]')].map(
      ({ dataset }) => dataset['region'],
    );
    expect(regions).toEqual(['head', 'work', 'actions', 'panel']);
  });

  it('says which step it is at, and leads back to those that are done', async () => {
    const steps = stepsTo('Run');
    render(
      <Desk desk="Pack" title="plant" steps={steps} say="">
        work
      </Desk>,
    );
    const current = screen
      .getAllByRole('listitem')
      .filter((item) => item.getAttribute('aria-current') === 'step');
    expect(current.map(({ textContent }) => textContent)).toEqual(['Run']);
    await userEvent.click(screen.getByRole('button', { name: 'Lock' }));
    expect(steps[1]?.onPress).toHaveBeenCalledOnce();
    expect(screen.queryByRole('button', { name: 'Run' })).toBeNull();
  });

  it('offers its primary to the shell for as long as it is there', () => {
    vi.mocked(parts.offerPrimary).mockClear();
    const { unmount } = render(screenAt('Lock'));
    expect(parts.offerPrimary).toHaveBeenLastCalledWith(
      expect.objectContaining({ label: 'Go on from Lock', isDisabled: false }),
    );
    unmount();
    expect(parts.offerPrimary).toHaveBeenLastCalledWith(null);
  });
});
