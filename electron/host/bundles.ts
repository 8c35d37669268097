// A bundle as the screens first show it: what is inside, where it lies, and what was said of it before.
import { BundleDiff, BundleSummary, Inspection } from '../../shared/format/results.ts';
import type { Handlers } from '../../shared/ipc/types.ts';
import type { History } from './history/history.ts';
import type { OpenEngine } from './station-engine.ts';

export function createBundleHandlers(openEngine: OpenEngine, history: History): Handlers['bundles'] {
  return {
    inspect: async ({ bundle: path }) => {
      const { engine, context } = await openEngine();
      const opened = await engine.inspect(path, context());
      const bundle = BundleSummary.parse(opened.bundle);
      const inspection = Inspection.parse(opened.inspection);
      return {
        bundle,
        inspection,
        found: {
          path: bundle.path,
          name: bundle.name,
          form: bundle.form,
          bytes: inspection.bytes,
          items: inspection.items.length,
          created: inspection.created,
        },
        // A history that cannot be kept takes nothing from the bundle.
        lastVerify: await history.lastVerify(bundle.id).catch(() => null),
      };
    },

    diff: async ({ older, newer }) => {
      const { engine, context } = await openEngine();
      const outcome = await engine.diff(older, newer, context());
      return {
        older: BundleSummary.parse(outcome.older),
        newer: BundleSummary.parse(outcome.newer),
        diff: BundleDiff.parse(outcome.diff),
      };
    },
  };
}
