// What the Mapping step does: looks names up at the target, settles conflicts, and starts the import.
import { bridge } from '../bridge/client.ts';
import { useJobs } from '../store/jobs.ts';
import { unwrap } from '../store/unwrap.ts';
import { importRequest, planRequest, useImport } from './import-store.ts';

/** Asks the target what every name stands for. A lookup that is still under way is for other names: it is cancelled. */
export async function startPlan(): Promise<void> {
  const state = useImport.getState();
  const jobs = useJobs.getState();
  if (state.planJob !== null) await jobs.forget(state.planJob).catch(() => undefined);
  useImport.setState({ planJob: await jobs.start(planRequest(state)) });
}

/** Takes over what a lookup found, unless another was started since. */
export async function takePlan(job: string): Promise<void> {
  const result = unwrap(await bridge().jobs.result({ job }));
  if (useImport.getState().planJob !== job || result?.desk !== 'plan') return;
  useImport.setState({ rows: result.rows, bundle: result.bundle });
}

export async function startImport(): Promise<void> {
  const state = useImport.getState();
  const importJob = await useJobs.getState().start(importRequest(state));
  useImport.setState({ importJob, step: 'run' });
}
