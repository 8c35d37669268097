// Holds the parts to their roles, their names and their words.
import { act, cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ERRORS } from '../../../shared/errors/codes.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { Band } from '../../../renderer/ui/Band.tsx';
import { Bar } from '../../../renderer/ui/Bar.tsx';
import { Button } from '../../../renderer/ui/Button.tsx';
import { Checkbox } from '../../../renderer/ui/Checkbox.tsx';
import { Dialog } from '../../../renderer/ui/Dialog.tsx';
import { Digest } from '../../../renderer/ui/Digest.tsx';
import { ErrorCard } from '../../../renderer/ui/ErrorCard.tsx';
import { FilterTabs } from '../../../renderer/ui/FilterTabs.tsx';
import { NumberField } from '../../../renderer/ui/NumberField.tsx';
import { Probe } from '../../../renderer/ui/Probe.tsx';
import { Path } from '../../../renderer/ui/Path.tsx';
import { Reference } from '../../../renderer/ui/Reference.tsx';
import { splitPath } from '../../../renderer/ui/split-path.ts';
import { splitReference } from '../../../renderer/ui/split-reference.ts';
import { Segmented } from '../../../renderer/ui/Segmented.tsx';
import { Select } from '../../../renderer/ui/Select.tsx';
import { SpeedPlot } from '../../../renderer/ui/SpeedPlot.tsx';
import { StateWord } from '../../../renderer/ui/StateWord.tsx';
import { TextField } from '../../../renderer/ui/TextField.tsx';
import { nextOf, titleOf } from '../../../renderer/texts/errors.ts';
import { makeError } from '../pack/make-pack.ts';

afterEach(cleanup);
const DIGEST = `sha256:${'38a4fdfc27ed7703'.repeat(4)}`;

describe('A reference', () => {
  it('shows a path with its beginning and its end, by either slash, and takes none of it for a tag', () => {
    expect(splitReference('/srv/release/plant:4.tgz')).toEqual({
      path: '/srv/release/',
      name: 'plant:4.tgz',
      tag: '',
    });
    expect(splitReference('C:\\release\\plant.tgz')).toMatchObject({
      path: 'C:\\release\\',
      name: 'plant.tgz',
    });
    expect(splitPath('/media/PLANT-07/')).toEqual({ folder: '/media/', name: 'PLANT-07/' });
    const { container } = render(<Path path="/srv/release/out" />);
    expect(container.firstElementChild?.getAttribute('title')).toBe('/srv/release/out');
    expect([...(container.firstElementChild?.children ?? [])].map(({ textContent }) => textContent)).toEqual([
      '/srv/release/',
      'out',
    ]);
  });

  it('shows the signs that would have it read otherwise', () => {
    const { container } = render(<Reference reference={'files/report\u202efdp.exe'} />);
    expect(container.textContent).toBe('files/report\\u202efdp.exe');
    expect(container.innerHTML).not.toContain('\u202e');
  });
});

describe('A button', () => {
  it('has its words for a name, not its keys', async () => {
    const onPress = vi.fn();
    render(
      <Button variant="primary" keys="Ctrl ↵" icon="pack" onPress={onPress}>
        Pack to PLANT-07
      </Button>,
    );
    await userEvent.click(screen.getByRole('button', { name: 'Pack to PLANT-07' }));
    expect(onPress).toHaveBeenCalledOnce();
  });

  it('takes no second half of a double click whose first half was on what stood there before', async () => {
    const start = vi.fn();
    function Screens() {
      const [step, setStep] = useState('names');
      return step === 'names' ? (
        <Button variant="primary" onPress={() => setStep('run')}>
          Choose names
        </Button>
      ) : (
        <Button variant="primary" onPress={start}>
          Import 6 items
        </Button>
      );
    }
    const user = userEvent.setup();
    render(<Screens />);
    await user.dblClick(screen.getByRole('button', { name: 'Choose names' }));
    const next = screen.getByRole('button', { name: 'Import 6 items' });
    expect(start).not.toHaveBeenCalled();
    await user.pointer([{ target: document.body }, { target: next, keys: '[MouseLeft]' }]);
    expect(start).toHaveBeenCalledOnce();
  });

  it('takes no press that began while it could not be pressed, and the next one again', () => {
    const start = vi.fn();
    const importing = (isDisabled: boolean) => (
      <Button variant="primary" onPress={start} isDisabled={isDisabled}>
        Import 6 items
      </Button>
    );
    const { rerender } = render(importing(true));
    const button = screen.getByRole('button');
    button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, pointerType: 'mouse' }));
    rerender(importing(false));
    act(() => button.click());
    expect(start).not.toHaveBeenCalled();
    act(() => button.click());
    expect(start).toHaveBeenCalledOnce();
  });

  it('takes a key after a pointer that pressed in vain', async () => {
    const start = vi.fn();
    const importing = (isDisabled: boolean) => (
      <Button onPress={start} isDisabled={isDisabled}>
        Import 6 items
      </Button>
    );
    const { rerender } = render(importing(true));
    const button = screen.getByRole('button');
    button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, pointerType: 'mouse' }));
    rerender(importing(false));
    act(() => button.focus());
    await userEvent.keyboard('{Enter}');
    expect(start).toHaveBeenCalledOnce();
  });

  it('that is no primary is pressed as often as it is clicked', async () => {
    const up = vi.fn();
    render(<Button onPress={up}>Folder above</Button>);
    await userEvent.tripleClick(screen.getByRole('button'));
    expect(up).toHaveBeenCalledTimes(3);
  });
});

describe('Fields', () => {
  it('say what is wrong with them', () => {
    render(<TextField label="Name" value="a b" onChange={vi.fn()} error="Two items, one name." />);
    const field = screen.getByRole('textbox', { name: 'Name' });
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const told = (field.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent);
    expect(told).toContain('Two items, one name.');
  });

  it('hand over on ↵, and not on Ctrl ↵, which is the screen’s', async () => {
    const onSubmit = vi.fn();
    render(<TextField label="Name" value="plant" onChange={vi.fn()} onSubmit={onSubmit} />);
    await userEvent.type(screen.getByRole('textbox'), '{Control>}{Enter}{/Control}');
    expect(onSubmit).not.toHaveBeenCalled();
    await userEvent.type(screen.getByRole('textbox'), '{Enter}');
    expect(onSubmit).toHaveBeenCalledWith('plant');
  });

  it('for numbers tell only what lies within their bounds', async () => {
    const onChange = vi.fn();
    render(<NumberField label="Connections" value={8} onChange={onChange} min={1} max={64} />);
    const field = screen.getByRole('textbox', { name: 'Connections' });
    await userEvent.type(field, '0');
    expect(onChange).not.toHaveBeenCalled();
    expect(screen.getByText('A number from 1 to 64.')).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.type(field, '4');
    expect(onChange).toHaveBeenLastCalledWith(4);
  });

  it('for choices are worked by keyboard', async () => {
    const onForm = vi.fn();
    const onPlatform = vi.fn();
    const onTick = vi.fn();
    const onTab = vi.fn();
    render(
      <>
        <Segmented
          label="Form"
          value="folder"
          onChange={onForm}
          options={[
            { id: 'folder', label: 'Folder' },
            { id: 'tar', label: 'One tar file' },
          ]}
        />
        <Select
          label="Platform"
          value="amd64"
          onChange={onPlatform}
          options={[
            { id: 'amd64', label: 'linux/amd64' },
            { id: 'arm64', label: 'linux/arm64' },
          ]}
        />
        <Checkbox isSelected={false} onChange={onTick}>
          Read back
        </Checkbox>
        <FilterTabs
          label="Items"
          value="all"
          onChange={onTab}
          tabs={[
            { id: 'all', label: 'All', count: 1284 },
            { id: 'failed', label: 'Failed', count: 1 },
          ]}
        />
      </>,
    );
    const user = userEvent.setup();
    await user.tab();
    await user.keyboard('{ArrowRight}');
    expect(onForm).toHaveBeenCalledWith('tar');
    await user.tab();
    await user.keyboard('{Enter}');
    await user.click(await screen.findByRole('option', { name: 'linux/arm64' }));
    expect(onPlatform).toHaveBeenCalledWith('arm64');
    await user.click(screen.getByRole('checkbox', { name: 'Read back' }));
    expect(onTick).toHaveBeenCalledWith(true);
    expect(screen.getByRole('tab', { name: /^All\s?1,284$/ })).toBeTruthy();
    await user.click(screen.getByRole('tab', { name: /^Failed/ }));
    expect(onTab).toHaveBeenCalledWith('failed');
  });
});

describe('What is told', () => {
  it('is never colour alone', () => {
    render(
      <>
        <StateWord state="damaged" />
        <StateWord state="failed" word="1 failed" />
        <Band kind="warn" title="33 of 34 packed" sentence="Not sealed." facts={['5 min']} />
      </>,
    );
    for (const word of ['Damaged', '1 failed', '33 of 34 packed'])
      expect(screen.getByText(word)).toBeTruthy();
  });

  it('of progress has its percent, or none where nobody knows how much there is', () => {
    const { rerender } = render(<Bar share={0.387} state="runs" />);
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('38');
    rerender(<Bar share={null} state="waits" />);
    expect(screen.getByRole('progressbar').hasAttribute('aria-valuenow')).toBe(false);
  });

  it('of speed has its number for who cannot see it, and what happened on the way', () => {
    const samples = [0, 1, 2].map((second) => ({ at: second * 1000, bytesPerSecond: 9_600_000 }));
    render(<SpeedPlot samples={samples} marks={[{ at: 1000, text: 'quay.io answered 503' }]} />);
    expect(screen.getByRole('img', { name: 'Speed over time, now 9.60 MB/s' })).toBeTruthy();
    expect(screen.getByText('quay.io answered 503')).toBeTruthy();
    expect(screen.getByText('10 MB/s')).toBeTruthy();
  });

  it('of speed begins without a scale, and keeps the words of its marks within it and apart', () => {
    const { rerender } = render(<SpeedPlot samples={[]} marks={[]} />);
    expect(screen.getByRole('img', { name: 'Speed over time, nothing has moved yet' })).toBeTruthy();
    expect(screen.queryByText(/B\/s/)).toBeNull();
    const long = `harbor.plant.example answers that it was asked too often, ${'and '.repeat(30)}waited 60 s`;
    const samples = [0, 10, 19].map((second) => ({ at: second * 1000, bytesPerSecond: 9_600_000 }));
    rerender(
      <SpeedPlot
        samples={samples}
        marks={[
          { at: 9_800, text: long },
          { at: 10_000, text: 'quay.io answered 503' },
          { at: 19_000, text: 'ghcr.io answered 503, waited 4 s' },
        ]}
      />,
    );
    const anchorOf = (text: string) => screen.getByText(text).getAttribute('text-anchor');
    expect(anchorOf('ghcr.io answered 503, waited 4 s')).toBe('end');
    expect(anchorOf('quay.io answered 503')).toBe('start');
    rerender(<SpeedPlot samples={samples} marks={[{ at: 10_000, text: long }]} />);
    const cut = [...document.querySelectorAll('text')].find((text) => text.textContent.startsWith('harbor'));
    expect(cut?.textContent.length).toBeLessThan(70);
    expect(cut?.textContent.endsWith('…')).toBe(true);
  });

  it('of digests and references is whole on hover', () => {
    render(
      <>
        <Digest value={DIGEST} canCopy />
        <Reference kind="image" reference="quay.io/plant/app:1.0" />
      </>,
    );
    expect(screen.getByTitle(DIGEST).textContent).toContain('38a4fdfc27ed');
    expect(screen.getByTitle('quay.io/plant/app:1.0').textContent).toBe('imagequay.io/plant/app:1.0');
    expect(screen.getByRole('button', { name: 'Copy the digest' })).toBeTruthy();
  });

  it('of a test says what was not tested', () => {
    render(
      <Probe
        steps={[{ step: 'login', state: 'notTested', word: 'Not tested', fact: 'No password was sent.' }]}
      />,
    );
    expect(screen.getByRole('listitem').textContent).toBe('LoginNot testedNo password was sent.');
  });
});

describe('An error', () => {
  it('says what happened, where and what next, and keeps its details to be copied', async () => {
    render(<ErrorCard error={makeError({ details: { asked: DIGEST } })} side="pack" />);
    expect(screen.getByText('It is not there')).toBeTruthy();
    expect(screen.getByText('quay.io has no plant/app:9.')).toBeTruthy();
    expect(screen.getByText(/, here/).parentElement?.textContent).toBe('Source, here');
    expect(screen.queryByText(new RegExp(DIGEST))).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: /Technical details/ }));
    expect(screen.getByText(new RegExp(DIGEST))).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy();
  });

  it.each(Object.keys(ERRORS) as ErrorCode[])('%s has words of the stations, none of the command', (code) => {
    const words = `${titleOf({ code })} ${nextOf({ code })}`;
    expect(words.length).toBeGreaterThan(20);
    expect(words).not.toMatch(/`|--|airlock (?:pack|lock|login)|command/);
  });
});

describe('A dialog', () => {
  it('holds the focus, and Esc is the safe way out of it', async () => {
    const onClose = vi.fn();
    const dialog = (
      <Dialog
        title="Cancel packing?"
        isAlert
        onClose={onClose}
        actions={
          <Button autoFocus onPress={onClose}>
            Go on
          </Button>
        }
      >
        977 MB stay there.
      </Dialog>
    );
    const opener = <Button onPress={vi.fn()}>Cancel…</Button>;
    const { rerender } = render(opener);
    screen.getByRole('button').focus();
    rerender(
      <>
        {opener}
        {dialog}
      </>,
    );
    expect(screen.getByRole('alertdialog', { name: 'Cancel packing?' })).toBeTruthy();
    expect(screen.getByRole('alertdialog').contains(document.activeElement)).toBe(true);
    await userEvent.keyboard('{Escape}');
    expect(onClose).toHaveBeenCalledOnce();
  });
});
