// Follows what the station tells by itself: its engine, its jobs, its settings, what it was handed from outside.
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { runAction } from '../store/actions.ts';
import { followJobs, loadJobs, useJobs } from '../store/jobs.ts';
import { stationChanged, stationLost, useSession } from '../store/session.ts';
import { loadBroken, loadSettings, settingsChanged } from '../store/settings.ts';
import { shellTexts } from '../texts/shell.ts';
import { jobStateTexts, stageTexts } from '../texts/states.ts';
import { openPaths } from './open-paths.ts';

export function followStation(): void {
  const { station, settings, onLost } = bridge();
  followJobs();
  station.changed((change) => {
    const before = useSession.getState().facts?.engine;
    stationChanged(change);
    if (change.engine !== 'running' || before === 'running') return;
    // Events were missed while it was away; what it knows now is asked for whole.
    void loadJobs();
    void loadSettings();
  });
  onLost?.(stationLost);
  station.opened(({ paths }) => void openPaths(paths));
  station.command(({ action }) => void runAction(action));
  settings.changed((now) => {
    settingsChanged(now);
    // Nobody takes a side back: these are the defaults.
    if (now.side === null) void loadBroken();
  });
  announceJobs();
}

/** Screen readers hear stages, pauses and ends of jobs, never ticks. */
function announceJobs(): void {
  useJobs.subscribe(({ jobs }, before) => {
    for (const job of Object.values(jobs)) {
      const known = before.jobs[job.id];
      if (known === undefined || known === job) continue;
      if (job.state !== known.state) announce(shellTexts.announce.state(job.title, jobStateTexts[job.state]));
      else if (job.stage !== known.stage && job.stage !== null)
        announce(shellTexts.announce.stage(job.title, stageTexts[job.stage]));
    }
  });
}
