// `npx vite test/ui/kit`: the page of parts, for who draws them. `?theme=dark&side=disconnected` shows the others.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', fs: { allow: ['../../..'] } },
});
