// The media in this machine, looked at every two seconds while a screen shows them.
import { useEffect, useState } from 'react';
import type { Medium } from '../../shared/station/media.ts';
import { bridge } from '../bridge/client.ts';

const EVERY_MS = 2000;

/** Null until they were looked at once. */
export function useMedia(): readonly Medium[] | null {
  const [media, setMedia] = useState<readonly Medium[] | null>(null);
  useEffect(() => {
    let isShown = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      const result = await bridge().media.list(undefined);
      if (!isShown) return;
      if (result.ok) setMedia(result.value);
      timer = setTimeout(() => void look(), EVERY_MS);
    };
    void look();
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, []);
  return media;
}
