// Where a pack job writes: its folder and file, and the medium below them, if that is known.
import { useEffect } from 'react';
import type { JobSnapshot } from '../../shared/station/job.ts';
import type { Medium } from '../../shared/station/media.ts';
import { lookAtMedia } from './pack-actions.ts';
import { usePack } from './pack-store.ts';
import { mediumOf, splitOutput } from './places.ts';

export interface PlaceOfJob {
  readonly output: string;
  readonly folder: string;
  readonly file: string;
  readonly form: 'directory' | 'tar';
  /** The medium's name, else the folder's. */
  readonly name: string;
  readonly medium: Medium | undefined;
}

export function usePlaceOf(job: JobSnapshot): PlaceOfJob {
  const media = usePack((state) => state.media);
  useEffect(() => {
    if (media === null) void lookAtMedia();
  }, [media]);
  const output = job.request.desk === 'pack' ? job.request.output : '';
  const { folder, file, form } = splitOutput(output);
  const medium = mediumOf(media ?? [], output);
  return { output, folder, file, form, medium, name: medium?.name ?? splitOutput(folder).file };
}
