// What the Bundle step does: has a bundle's lists checked, and takes over what was found.
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { useJobs } from '../store/jobs.ts';
import { unwrap } from '../store/unwrap.ts';
import { importTexts } from '../texts/import.ts';
import { useImport } from './import-store.ts';

/** Starts what DESIGN §6 asks for before the first byte. A check that failed makes room for the next. */
export async function startCheck(): Promise<void> {
  const { bundlePath, checkJob } = useImport.getState();
  if (bundlePath === null) return;
  const jobs = useJobs.getState();
  if (checkJob !== null) await jobs.forget(checkJob).catch(() => undefined);
  useImport.setState({ checkJob: await jobs.start({ desk: 'check', bundle: bundlePath }) });
}

/** Takes over what a check found, and goes on to the target. */
export async function takeCheck(job: string): Promise<void> {
  const result = unwrap(await bridge().jobs.result({ job }));
  if (useImport.getState().checkJob !== job || result?.desk !== 'check') return;
  const { bundle, inspection } = result;
  useImport.setState({ bundle, inspection, lastVerify: null, step: 'target' });
  announce(importTexts.announce.checked(bundle.name));
  const known = await bridge().bundles.inspect({ bundle: bundle.path });
  if (known.ok && useImport.getState().bundle?.path === bundle.path)
    useImport.setState({ lastVerify: known.value.lastVerify });
}
