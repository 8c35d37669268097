// The one Chromium behind all windows: started when the app is ready, told which windows are ours, ended with the program.
import { connectCdp } from './cdp.ts';
import type { Cdp } from './cdp.ts';
import { startChromium } from './chromium.ts';
import { record } from './test-line.ts';

export interface Attached {
  readonly targetId: string;
  readonly page: Cdp;
}

export interface PopUp extends Attached {
  readonly openerId: string;
  readonly url: string;
}

export interface StandInBrowser {
  readonly cdp: Cdp;
  /** A page of its own, held before it loads anything. */
  openPage(size: { readonly width: number; readonly height: number }): Promise<Attached>;
  /** Hears of each page that a page opened; it is held until it is closed. */
  onPopUp(listener: (popUp: PopUp) => void): void;
  /** At once. */
  end(): void;
}

interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly openerId?: string;
}

export async function startBrowser(switches: readonly string[], profile: string): Promise<StandInBrowser> {
  const chromium = await startChromium(switches, profile);
  const cdp = await connectCdp(chromium.endpoint);
  record('chromium', { endpoint: chromium.endpoint, pid: chromium.pid });
  const attached = new Map<string, (page: Attached) => void>();
  const early = new Map<string, Attached>();
  let onPopUp: (popUp: PopUp) => void = () => undefined;

  cdp.on(
    'Target.attachedToTarget',
    ({ sessionId, targetInfo }: { readonly sessionId: string; readonly targetInfo: TargetInfo }) => {
      const { targetId, type, openerId, url } = targetInfo;
      if (type !== 'page') return;
      const page = { targetId, page: cdp.session(sessionId) };
      if (openerId !== undefined) onPopUp({ ...page, openerId, url });
      else if (attached.has(targetId)) attached.get(targetId)?.(page);
      else early.set(targetId, page);
    },
  );
  await cdp.send('Target.setDiscoverTargets', { discover: true });
  await cdp.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
  });
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny', eventsEnabled: true });

  return {
    cdp,
    async openPage(size) {
      const { targetId } = await cdp.send<{ readonly targetId: string }>('Target.createTarget', {
        url: 'about:blank',
        newWindow: true,
        ...size,
      });
      const page =
        early.get(targetId) ?? (await new Promise<Attached>((found) => attached.set(targetId, found)));
      early.delete(targetId);
      return page;
    },
    onPopUp(listener) {
      onPopUp = listener;
    },
    end() {
      cdp.close();
      chromium.kill();
    },
  };
}
