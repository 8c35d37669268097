// What starts a pack, goes on with one, seals what there is, and sees the medium off.
import type { JobId, JobSnapshot } from '../../shared/station/job.ts';
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { saveText } from '../store/browse.ts';
import { useJobs } from '../store/jobs.ts';
import { unwrap, wireOf } from '../store/unwrap.ts';
import { packTexts } from '../texts/pack.ts';
import { fileNameOf, usePack } from './pack-store.ts';
import { mediumOf, outputOf } from './places.ts';
import { startAnew } from './saved-list.ts';

/** Packs the lock to the place that was chosen. */
export async function startPack(): Promise<void> {
  const state = usePack.getState();
  if (state.lock === null || state.place === null) return;
  const canEject = state.ejectsAfter && mediumOf(state.media ?? [], state.place)?.removable === true;
  const output = outputOf(state.place, fileNameOf(state), state.form);
  await begin(() =>
    useJobs.getState().start({
      desk: 'pack',
      lockPath: state.lock?.path ?? '',
      output,
      sealIncomplete: false,
      ...(canEject ? { ejectAfter: true } : {}),
    }),
  );
}

/** Goes on where a job ended or was interrupted: what has arrived is not fetched again. */
export async function packAgain(job: JobId): Promise<void> {
  await begin(() => useJobs.getState().again(job));
}

/** Packs the same lock to the same folder under another name. */
export async function packUnder(job: JobSnapshot, output: string): Promise<void> {
  if (job.request.desk !== 'pack') return;
  const request = { ...job.request, output };
  await begin(() => useJobs.getState().start(request), job.id);
}

/** Seals what has arrived; what failed stands in the bundle as absent. Folders only. */
export async function sealWithout(job: JobSnapshot): Promise<void> {
  if (job.request.desk !== 'pack') return;
  const request = { ...job.request, sealIncomplete: true };
  await begin(() => useJobs.getState().start(request), job.id);
}

async function begin(start: () => Promise<JobId>, former?: JobId): Promise<void> {
  try {
    const packJob = await start();
    usePack.setState({
      packJob,
      step: 'run',
      retriesAtEnd: false,
      startError: null,
      ejected: null,
      isBusySaid: false,
      isCancelling: false,
    });
    if (former !== undefined) await useJobs.getState().forget(former);
  } catch (error) {
    usePack.setState({ startError: wireOf(error) });
  }
}

/** Looks what is mounted. The choice stays, also while its medium is out. */
export async function lookAtMedia(): Promise<void> {
  const result = await bridge().media.list(undefined);
  if (!result.ok) return;
  const before = usePack.getState().media;
  usePack.setState({ media: result.value });
  if (before === null) return;
  const names = (list: typeof before) => new Map(list.map(({ path, name }) => [path, name]));
  const [were, are] = [names(before), names(result.value)];
  for (const [path, name] of are) if (!were.has(path)) announce(packTexts.announce.newMedium(name));
  for (const [path, name] of were) if (!are.has(path)) announce(packTexts.announce.mediumGone(name));
}

/** Lets a medium be pulled out. Throws WireFailure. */
export async function eject(path: string, name: string): Promise<void> {
  unwrap(await bridge().media.eject({ path }));
  usePack.setState({ ejected: name });
  announce(packTexts.done.ejected(name));
}

/** Throws WireFailure. */
export async function saveReceipt(job: JobId): Promise<void> {
  const { name, text } = unwrap(await bridge().reports.render({ job, format: 'json' }));
  await saveText(name, text);
}

/** Throws WireFailure. */
export async function showInFolder(path: string): Promise<void> {
  unwrap(await bridge().dialogs.showInFolder({ path }));
}

/** The desk as it was before the first item. The jobs leave the list; receipts and bundles stay. */
export async function packAnother(): Promise<void> {
  const { packJob, lockJob } = usePack.getState();
  startAnew();
  const { jobs, forget } = useJobs.getState();
  for (const job of [packJob, lockJob])
    if (job !== null && jobs[job] !== undefined && jobs[job].ended !== null)
      await forget(job).catch(() => undefined);
}
