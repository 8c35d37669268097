// One runner for all tests. Each file owns its ports and temp folders, so files run in parallel.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 15_000 } },
      {
        test: {
          name: 'arch',
          include: ['test/arch/**/*.test.ts'],
          testTimeout: 60_000,
          // The layers are judged in a copy of the whole tree.
          hookTimeout: 60_000,
        },
      },
      {
        // The screens, in a page without layout and without a station.
        plugins: [react()],
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
