// What the Mapping step does: looks names up at the target, settles conflicts, and starts the import.
import { bridge } from '../bridge/client.ts';
import { useJobs } from '../store/jobs.ts';
import { unwrap } from '../store/unwrap.ts';
import { importRequest, planRequest, useImport } from './import-store.ts';

/** What was asked last; the job of an older question is let go. */
let asked = '';

/** Asks the target what every name stands for. A lookup that is still under way is for other names: it is cancelled. */
export async function startPlan(): Promise<void> {
  const request = planRequest(useImport.getState());
  const mine = JSON.stringify(request);
  asked = mine;
  const { start, letGo } = useJobs.getState();
  const planJob = await start(request);
  const state = useImport.getState();
  const { bundle, to } = planRequest(state);
  if (asked !== mine || bundle !== request.bundle || to !== request.to) {
    await letGo(planJob);
    return;
  }
  useImport.setState({ planJob });
  if (state.planJob !== null && state.planJob !== planJob) await letGo(state.planJob);
}

/** Takes over what a lookup found, unless another was started since. */
export async function takePlan(job: string): Promise<void> {
  const result = unwrap(await bridge().jobs.result({ job }));
  if (useImport.getState().planJob !== job || result?.desk !== 'plan') return;
  useImport.setState({ rows: result.rows, bundle: result.bundle });
}

export async function startImport(): Promise<void> {
  const importJob = await useJobs.getState().start(importRequest(useImport.getState()));
  useImport.setState({ importJob, step: 'run' });
}
