// The strip: which side this machine stands on, one plain fact, and the job that runs, on every screen.
import type { JobSnapshot } from '../../shared/station/job.ts';
import type { SideOfGap } from '../../shared/station/settings.ts';
import { useJobNumbers } from '../store/byte-progress.ts';
import { useJobs, useStripJob } from '../store/jobs.ts';
import { useNavigation } from '../store/navigation.ts';
import { useSession } from '../store/session.ts';
import { shellTexts } from '../texts/shell.ts';
import { doingTexts, jobStateTexts } from '../texts/states.ts';
import { classes } from '../ui/classes.ts';
import { Icon } from '../ui/Icon.tsx';
import { formatAbout, formatShare } from '../ui/quantities.ts';
import styles from './Strip.module.css';

export function Strip({ side }: { readonly side: SideOfGap }) {
  const job = useStripJob();
  return (
    <section className={styles['strip']} aria-label={shellTexts.strip} data-region="strip" tabIndex={-1}>
      <span className={styles['where']}>
        <Icon name={side} size={20} />
        {shellTexts.sides[side].name}
      </span>
      {job === undefined ? <Fact side={side} /> : <RunningJob job={job} />}
      <span className={styles['line']} aria-hidden="true">
        {job !== undefined && <JobLine job={job} />}
      </span>
    </section>
  );
}

/** One plain fact; amber where the machine's own routes contradict the side it was set to. */
function Fact({ side }: { readonly side: SideOfGap }) {
  const leadsOutside = useSession(({ facts }) => facts?.route.leadsOutside);
  const go = useNavigation((state) => state.go);
  if (side === 'disconnected' && leadsOutside === true)
    return (
      <span className={styles['contradiction']}>
        <Icon name="alert" size={14} />
        {shellTexts.routeOutside}
        <button type="button" onClick={() => go('settings', { section: 'machine' })}>
          {shellTexts.look}
        </button>
      </span>
    );
  const isCutOff = side === 'connected' && leadsOutside === false;
  return (
    <span className={styles['fact']}>{isCutOff ? shellTexts.noRoute : shellTexts.sides[side].fact}</span>
  );
}

function RunningJob({ job }: { readonly job: JobSnapshot }) {
  const go = useNavigation((state) => state.go);
  const isHeld = job.state === 'paused';
  const title = `${doingTexts[job.desk]} ${job.title}`;
  const desk = job.desk === 'import' || job.desk === 'verify' ? job.desk : 'pack';
  return (
    <div className={styles['job']}>
      <button
        type="button"
        className={styles['title']}
        aria-label={shellTexts.openJob(title)}
        onClick={() => go(desk, { job: job.id })}
      >
        {title}
      </button>
      <JobFigures job={job} />
      <button
        type="button"
        className={styles['hold']}
        aria-label={isHeld ? shellTexts.goOn : shellTexts.pause}
        title={isHeld ? shellTexts.goOn : shellTexts.pause}
        onClick={() => hold(job)}
      >
        <Icon name={isHeld ? 'play' : 'pause'} />
      </button>
    </div>
  );
}

function hold({ id, state }: JobSnapshot): void {
  const { pause, goOn } = useJobs.getState();
  void (state === 'paused' ? goOn(id) : pause(id));
}

function JobFigures({ job }: { readonly job: JobSnapshot }) {
  const numbers = useJobNumbers(job.id) ?? job.numbers;
  if (job.state !== 'running') return <span className={styles['share']}>{jobStateTexts[job.state]}</span>;
  return (
    <>
      <span className={styles['share']}>{formatShare(shareOf(numbers))}</span>
      {numbers.secondsLeft !== null && <span>{shellTexts.left(formatAbout(numbers.secondsLeft))}</span>}
    </>
  );
}

function JobLine({ job }: { readonly job: JobSnapshot }) {
  const numbers = useJobNumbers(job.id) ?? job.numbers;
  return (
    <span
      className={classes(styles['moved'], job.state !== 'running' && styles['held'])}
      style={{ width: `${shareOf(numbers) * 100}%` }}
    />
  );
}

function shareOf({ doneBytes, totalBytes, doneItems, totalItems }: JobSnapshot['numbers']): number {
  if (totalBytes !== null && totalBytes > 0) return Math.min(1, doneBytes / totalBytes);
  return totalItems === null || totalItems === 0 ? 0 : Math.min(1, doneItems / totalItems);
}
