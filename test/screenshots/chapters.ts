// The pictures by chapter, each with the side that it is taken on.
import type { SideOfGap } from '../../shared/station/settings.ts';
import { deskPictures } from './desks.ts';
import { importPictures } from './import.ts';
import { packPictures } from './pack.ts';
import { servePictures } from './serve.ts';
import type { Site } from './site.ts';
import { verifyPictures } from './verify.ts';

export interface Chapter {
  readonly side: SideOfGap;
  readonly pictures: (site: Site) => Promise<void>;
}

export const program: Readonly<Record<string, Chapter>> = {
  pack: { side: 'connected', pictures: packPictures },
  verify: { side: 'disconnected', pictures: verifyPictures },
  import: { side: 'disconnected', pictures: importPictures },
  serve: { side: 'disconnected', pictures: servePictures },
  desks: { side: 'connected', pictures: deskPictures },
};
