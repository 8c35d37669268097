// What the Verify desk does: opens bundles to see what they say of themselves, checks one, and compares it with another.
import type { FoundBundle } from '../../shared/station/media.ts';
import { bridge } from '../bridge/client.ts';
import { browse } from '../store/browse.ts';
import { useJobs } from '../store/jobs.ts';
import { unwrap, wireOf } from '../store/unwrap.ts';
import { chooseBundle, NEW_LOOK, showJob, useVerify, without } from './verify-store.ts';
import type { Opened } from './verify-store.ts';

const openings = new Map<string, Promise<void>>();

/** Reads a bundle's lists once, for what it is called, how big it is, and how it was checked here before. */
export function openOnce(path: string): Promise<void> {
  if (useVerify.getState().opened[path] !== undefined) return Promise.resolve();
  const running = openings.get(path) ?? openNow(path).finally(() => openings.delete(path));
  openings.set(path, running);
  return running;
}

/** One after the other: bundles on one medium would only slow each other down. One that was sealed since is read anew. */
export async function openAll(bundles: readonly FoundBundle[]): Promise<void> {
  for (const { path, created } of bundles) {
    const known = useVerify.getState().opened[path];
    if (known?.kind === 'opened' && known.value.inspection.created !== created) forgetOpened(path);
    await openOnce(path);
  }
}

async function openNow(path: string): Promise<void> {
  const result = await bridge().bundles.inspect({ bundle: path });
  const found: Opened = result.ok
    ? { kind: 'opened', value: result.value }
    : { kind: 'refused', error: result.error };
  useVerify.setState(({ opened }) => ({ opened: { ...opened, [path]: found } }));
}

/** Forgets what was read of a bundle, which may be another one by now. */
function forgetOpened(path: string): void {
  useVerify.setState(({ opened }) => ({ opened: without(opened, path) }));
}

/** Reads every byte of the chosen bundle. */
export async function startCheck(): Promise<void> {
  const { bundlePath, deep, strict } = useVerify.getState();
  if (bundlePath === null) return;
  await begin(() => useJobs.getState().start({ desk: 'verify', bundle: bundlePath, deep, strict }));
}

/** The same check from its beginning, as a new job. */
export async function checkAgain(job: string): Promise<void> {
  await begin(() => useJobs.getState().again(job));
}

async function begin(start: () => Promise<string>): Promise<void> {
  useVerify.setState({ startError: null });
  try {
    showJob(await start());
  } catch (thrown) {
    useVerify.setState({ startError: wireOf(thrown) });
  }
}

/** Back to the first step; the job leaves the list where it has ended, its receipt stays. */
export async function checkAnother(): Promise<void> {
  const { verifyJob, bundlePath } = useVerify.getState();
  const { jobs, forget } = useJobs.getState();
  const job = verifyJob === null ? undefined : jobs[verifyJob];
  useVerify.setState({ verifyJob: null, bundlePath: null, ...NEW_LOOK });
  if (bundlePath !== null) forgetOpened(bundlePath);
  if (job?.request.desk === 'verify') forgetOpened(job.request.bundle);
  if (job !== undefined && job.ended !== null) await forget(job.id).catch(() => undefined);
}

/** Asks for a bundle wherever it lies. */
export async function browseForBundle(): Promise<void> {
  const [path] = await browse({ purpose: 'bundle', multiple: false });
  if (path !== undefined) chooseBundle(path);
}

/** Holds the bundle that was checked against an earlier one. */
export async function compareWith(older: string, newer: string): Promise<void> {
  useVerify.setState({ comparison: { kind: 'comparing', path: older } });
  const isWanted = () => {
    const { comparison } = useVerify.getState();
    return comparison.kind === 'comparing' && comparison.path === older;
  };
  try {
    const value = unwrap(await bridge().bundles.diff({ older, newer }));
    if (isWanted()) useVerify.setState({ comparison: { kind: 'compared', path: older, value } });
  } catch (thrown) {
    if (isWanted())
      useVerify.setState({ comparison: { kind: 'failed', path: older, error: wireOf(thrown) } });
  }
}
