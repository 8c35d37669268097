// What the shell itself says: menus, questions, dialogs and notifications. The screens have their own catalogue.
import type { JobSnapshot } from '../../shared/station/job.ts';

type Desk = JobSnapshot['desk'];

/** What a job of each desk does, as in "Packing coder". */
const DOING: Readonly<Record<Desk, string>> = {
  lock: 'Locking',
  pack: 'Packing',
  verify: 'Checking',
  check: 'Checking',
  plan: 'Planning',
  import: 'Importing',
};

const DONE: Readonly<Record<Desk, string>> = {
  lock: 'Locked',
  pack: 'Packed',
  verify: 'Checked',
  check: 'Checked',
  plan: 'Planned',
  import: 'Imported',
};

export interface Notice {
  readonly title: string;
  readonly body: string;
}

const KEPT = 'What is done is kept, and the job can be gone on with.';

/** What is said of a job that ended while nobody looked; undefined where the operator ended it. */
export function endNotice(job: JobSnapshot): Notice | undefined {
  const { doneItems, failedItems, totalItems } = job.numbers;
  const items = totalItems ?? doneItems + failedItems;
  switch (job.state) {
    case 'done':
      return { title: `${DONE[job.desk]} ${job.title}`, body: `${counted(items)}, all done.` };
    case 'partial':
      return {
        title: `${DONE[job.desk]} ${job.title} in part`,
        body: `${failedItems} of ${counted(items)} failed.`,
      };
    case 'failed':
      return { title: `${DOING[job.desk]} ${job.title} failed`, body: job.error?.message ?? KEPT };
    case 'interrupted':
      return { title: `${DOING[job.desk]} ${job.title} was interrupted`, body: KEPT };
    default:
      return undefined;
  }
}

export function askNotice(job: JobSnapshot): Notice {
  const { question } = job;
  const title = `${DOING[job.desk]} ${job.title} waits for an answer`;
  if (question?.kind === 'login') return { title, body: `${question.host} asks for a login.` };
  if (question?.kind === 'tagConflict')
    return { title, body: `${question.target} is there with other content.` };
  return { title, body: 'It goes on once it has one.' };
}

export const quitWords = (jobs: readonly JobSnapshot[]) => ({
  message:
    jobs.length === 1 && jobs[0] !== undefined
      ? `Quit while ${DOING[jobs[0].desk].toLowerCase()} ${jobs[0].title} is under way?`
      : `Quit while ${jobs.length} jobs are under way?`,
  detail: 'What is done is kept. The next start offers to go on from there.',
  safe: 'Keep Airlock open',
  other: 'Quit and go on later',
});

export const screensGoneWords = {
  message: 'The screens of Airlock ended three times within a minute.',
  detail: 'Jobs go on without them.',
  safe: 'Open them again',
  other: 'Quit Airlock',
};

export const faultWords = (path: string) => ({
  title: 'Airlock met a fault of its own',
  text: `It ends now. Jobs can be gone on with after the next start.\nWhat is known of it lies in ${path}.`,
});

export const dialogWords = {
  contents: 'Add lists, archives, charts or files',
  bundle: 'Open a bundle: an .airlock.tar, or the airlock.json in its folder',
  folder: 'Choose a folder',
  certificate: 'Choose a certificate in PEM',
  save: 'Save as',
  kinds: {
    contents: 'Lists, charts and archives',
    bundle: 'Bundles',
    certificate: 'Certificates',
    all: 'All files',
  },
};

function counted(items: number): string {
  return items === 1 ? '1 item' : `${items} items`;
}
