// What the Bundle step does: has a bundle's lists checked, and takes over what was found.
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { useJobs } from '../store/jobs.ts';
import { unwrap } from '../store/unwrap.ts';
import { importTexts } from '../texts/import.ts';
import { useImport } from './import-store.ts';

/** Starts what DESIGN §6 asks for before the first byte, and lets go of the check before it. */
export async function startCheck(): Promise<void> {
  const { bundlePath, checkJob: former } = useImport.getState();
  if (bundlePath === null) return;
  const { start, letGo } = useJobs.getState();
  const checkJob = await start({ desk: 'check', bundle: bundlePath });
  // Another bundle may have been chosen meanwhile.
  if (useImport.getState().bundlePath === bundlePath)
    useImport.setState({ checkJob, bundle: null, inspection: null });
  else await letGo(checkJob);
  if (former !== null && former !== checkJob) await letGo(former);
}

/** Takes over what a check found, once, and goes on to the target. Who left the desk comes back to where he was. */
export async function takeCheck(job: string): Promise<void> {
  const isWanted = () => {
    const { checkJob, bundle } = useImport.getState();
    return checkJob === job && bundle === null;
  };
  if (!isWanted()) return;
  const result = unwrap(await bridge().jobs.result({ job }));
  if (!isWanted() || result?.desk !== 'check') return;
  const { bundle, inspection } = result;
  useImport.setState({ bundle, inspection, lastVerify: null, step: 'target' });
  announce(importTexts.announce.checked(bundle.name));
  const known = await bridge().bundles.inspect({ bundle: bundle.path });
  if (known.ok && useImport.getState().bundle?.path === bundle.path)
    useImport.setState({ lastVerify: known.value.lastVerify });
}
