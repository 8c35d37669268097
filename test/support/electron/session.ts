// `electron.session`: what a page may ask of the world, as main said it.
import { EventEmitter } from 'node:events';
import { HeldEvent, schemes } from './app.ts';
import { record } from './test-line.ts';

type Handler = (request: Request) => Response | Promise<Response>;
type BeforeRequest = (
  details: { readonly url: string; readonly method: string; readonly resourceType: string },
  answer: (said: { readonly cancel?: boolean }) => void,
) => void;
type PermissionRequest = (
  contents: object,
  permission: string,
  answer: (isGranted: boolean) => void,
  details: { readonly requestingUrl: string; readonly isMainFrame: boolean },
) => void;
type PermissionCheck = (
  contents: object,
  permission: string,
  origin: string,
  details: { readonly requestingUrl: string; readonly isMainFrame: boolean },
) => boolean;

export class StandInSession extends EventEmitter {
  readonly partition: string;
  readonly handlers = new Map<string, Handler>();
  beforeRequest: BeforeRequest | undefined;
  permissionRequest: PermissionRequest | undefined;
  permissionCheck: PermissionCheck | undefined;

  constructor(partition: string, options: object) {
    super();
    this.partition = partition;
    record('session', { partition, options });
  }

  readonly protocol = {
    handle: (scheme: string, handler: Handler) => {
      if (!schemes.has(scheme)) throw new Error(`${scheme} was not registered before the app was ready.`);
      this.handlers.set(scheme, handler);
    },
  };
  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: (details: object) => boolean): void {
    record('devicePermission', handler({ deviceType: 'usb', origin: 'app://airlock' }));
  }
  setDisplayMediaRequestHandler(handler: unknown): void {
    record('displayMedia', handler === null ? 'refused' : 'handled');
  }
  setSpellCheckerEnabled(isEnabled: boolean): void {
    record('spellChecker', isEnabled);
  }
  setProxy(proxy: object): Promise<void> {
    record('proxy', proxy);
    return Promise.resolve();
  }

  /** What main says to a request; without a listener everything may go. */
  mayRequest(details: Parameters<BeforeRequest>[0]): Promise<boolean> {
    const listener = this.beforeRequest;
    if (listener === undefined) return Promise.resolve(true);
    return new Promise((resolve) => listener(details, ({ cancel = false }) => resolve(!cancel)));
  }

  /** Both handlers have to agree, as the one is asked for a prompt and the other for a query of the state. */
  async mayUse(contents: object, permission: string, origin: string): Promise<boolean> {
    const details = { requestingUrl: `${origin}/`, isMainFrame: true };
    const requested = await new Promise<boolean>((resolve) =>
      this.permissionRequest === undefined
        ? resolve(true)
        : this.permissionRequest(contents, permission, resolve, details),
    );
    return requested && (this.permissionCheck?.(contents, permission, `${origin}/`, details) ?? true);
  }

  mayDownload(url: string): boolean {
    const event = new HeldEvent();
    this.emit('will-download', event, { getURL: () => url });
    return !event.defaultPrevented;
  }
}

const sessions = new Map<string, StandInSession>();

export const session = {
  fromPartition(partition: string, options: object = {}): StandInSession {
    const known = sessions.get(partition) ?? new StandInSession(partition, options);
    sessions.set(partition, known);
    return known;
  },
};

export const protocol = {
  registerSchemesAsPrivileged(
    customs: readonly { readonly scheme: string; readonly privileges: object }[],
  ): void {
    for (const { scheme, privileges } of customs) {
      schemes.add(scheme);
      record('scheme', { scheme, privileges });
    }
  },
};
