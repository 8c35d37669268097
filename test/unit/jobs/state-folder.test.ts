import { expect, it } from 'vitest';
import { stateFolder } from '../../../electron/engine/jobs/state-folder.ts';

it('is AIRLOCK_HOME on every system where it is set', () => {
  expect(stateFolder({ AIRLOCK_HOME: '/media/desk/state', HOME: '/home/op' }, 'linux')).toBe(
    '/media/desk/state',
  );
  expect(stateFolder({ AIRLOCK_HOME: 'D:\\state' }, 'win32')).toBe('D:\\state');
});

it('is the place that each system has for it', () => {
  expect(stateFolder({ HOME: '/home/op' }, 'linux')).toBe('/home/op/.local/state/airlock');
  expect(stateFolder({ HOME: '/home/op', XDG_STATE_HOME: '/var/op' }, 'linux')).toBe('/var/op/airlock');
  expect(stateFolder({ HOME: '/Users/op' }, 'darwin')).toBe('/Users/op/Library/Application Support/Airlock');
  expect(stateFolder({ LOCALAPPDATA: 'C:\\Users\\op\\AppData\\Local' }, 'win32')).toBe(
    'C:\\Users\\op\\AppData\\Local\\Airlock',
  );
  expect(stateFolder({ USERPROFILE: 'C:\\Users\\op' }, 'win32')).toBe(
    'C:\\Users\\op\\AppData\\Local\\Airlock',
  );
});

it('passes over relative values, which would mean another folder in each working directory', () => {
  expect(stateFolder({ AIRLOCK_HOME: 'state', XDG_STATE_HOME: 'x', HOME: '/home/op' }, 'linux')).toBe(
    '/home/op/.local/state/airlock',
  );
});
