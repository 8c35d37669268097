// `npm run dev`: a web station from source, its screens handed out by Vite, so that a change of one shows at once.
// The policy of the real page does not hold here: Vite puts styles and a WebSocket of its own into it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { webPaths } from '../shared/ipc/web-wire.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const parameters = ['web', '--no-open', '--json', ...process.argv.slice(2)];
const station = spawn(process.execPath, [at('electron/cli/main.ts'), ...parameters], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
station.once('exit', (code) => process.exit(code ?? 0));
const [line] = (await once(createInterface({ input: station.stdout }), 'line')) as [string];
const { origin, hash } = new URL((JSON.parse(line) as { readonly url: string }).url);

/** The station answers to its own page alone: to it, this is that page. */
const toStation = { target: origin, changeOrigin: true, headers: { origin } };

const screens = await createServer({
  root: at('renderer'),
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    proxy: {
      [webPaths.session]: toStation,
      [webPaths.dropped]: toStation,
      [webPaths.calls]: { ...toStation, ws: true },
    },
  },
});
await screens.listen();
console.log(`${screens.resolvedUrls?.local[0] ?? ''}${hash}`);
