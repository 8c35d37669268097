// The desktop application as it is built, on Electron itself: where its runtime is installed.
import { join } from 'node:path';
import { _electron as electron } from '@playwright/test';
import type { OpenHost } from './station.ts';

const ROOT = join(import.meta.dirname, '../..');

export const openElectron: OpenHost = async ({ environment, paths, viewport }) => {
  const started = await electron.launch({
    cwd: ROOT,
    // Nobody runs a browser as root otherwise; the page's own sandbox is main's to ask for.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '.', ...paths],
    env: { ...displayOf(process.env), ...environment },
  });
  const page = await started.firstWindow();
  await page.setViewportSize(viewport);
  return {
    page,
    enginePid: () =>
      started.evaluate(({ app }) => {
        const engine = app.getAppMetrics().find(({ name }) => name === 'Airlock engine');
        if (engine === undefined) throw new Error('The window has no engine process.');
        return engine.pid;
      }),
    close: () => started.close(),
  };
};

/** Where windows are shown. */
function displayOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
