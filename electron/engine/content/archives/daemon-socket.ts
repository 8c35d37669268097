// Finds the local Docker or Podman, and asks it for an image as an archive (Docker Engine API, ImageGet).
import type { IncomingMessage, RequestOptions } from 'node:http';
import { AirlockError } from '../../../../shared/errors/airlock-error.ts';
import { collectBytes } from '../files/collect-bytes.ts';

/** A place where a daemon may listen. */
interface Endpoint {
  readonly label: string;
  readonly options: RequestOptions;
}

/**
 * The stream of `docker save name`, from DOCKER_HOST, else docker's socket, else podman's: root's or the user's.
 * Throws DAEMON_UNREACHABLE, REFERENCE_NOT_FOUND where the daemon has no such image, SERVER_FAULT.
 */
export async function saveFromDaemon(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<{ readonly label: string; readonly bytes: AsyncIterable<Uint8Array> }> {
  const tried: string[] = [];
  let cause: unknown;
  for (const endpoint of endpointsOf(environment)) {
    try {
      const answer = await get(
        endpoint,
        `/images/${name.split('/').map(encodeURIComponent).join('/')}/get`,
        signal,
      );
      return { label: endpoint.label, bytes: await checked(answer, name, endpoint.label) };
    } catch (error) {
      if (error instanceof AirlockError || signal.aborted) throw error;
      tried.push(`${endpoint.label} (${reasonOf(error)})`);
      cause = error;
    }
  }
  throw new AirlockError(
    'DAEMON_UNREACHABLE',
    `No Docker and no Podman answers: tried ${tried.join(', ')}.`,
    {
      cause,
      details: { tried },
      ...(tried.some((place) => place.includes('EACCES'))
        ? {
            remedy:
              'Run as a user who may use the socket (for Docker: of the group docker), or set DOCKER_HOST.',
          }
        : {}),
    },
  );
}

function endpointsOf(environment: Readonly<Record<string, string | undefined>>): readonly Endpoint[] {
  const chosen = environment['DOCKER_HOST'];
  if (chosen !== undefined && chosen !== '') return [parseDockerHost(chosen)];
  if (process.platform === 'win32') return [socketAt('//./pipe/docker_engine')];
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [
    socketAt('/var/run/docker.sock'),
    ...(runtime === undefined || runtime === '' ? [] : [socketAt(`${runtime}/podman/podman.sock`)]),
    socketAt('/run/podman/podman.sock'),
  ];
}

function parseDockerHost(text: string): Endpoint {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.+)$/.exec(text) ?? [];
  if (scheme === 'unix' || scheme === 'npipe') return socketAt(rest);
  if ((scheme === 'tcp' || scheme === 'http') && URL.canParse(`http://${rest}`)) {
    const { hostname, port } = new URL(`http://${rest}`);
    return {
      label: `${hostname}:${port || '2375'}`,
      options: { host: hostname.replace(/^\[|\]$/g, ''), port: port || 2375 },
    };
  }
  throw new AirlockError(
    'DAEMON_UNREACHABLE',
    `DOCKER_HOST names no place that Airlock can ask (${scheme || 'no scheme'}).`,
    {
      remedy:
        'Set DOCKER_HOST to unix:///path/to/socket or tcp://host:port, or save the image with `docker save`.',
    },
  );
}

function socketAt(socketPath: string): Endpoint {
  return { label: socketPath, options: { socketPath } };
}

async function get({ options }: Endpoint, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  // Imported when needed: node:http alone costs a command 40 ms, whatever it then does.
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, path, signal, headers: { host: 'docker' } }, resolve);
    asked.on('error', reject);
    asked.end();
  });
}

async function checked(answer: IncomingMessage, name: string, label: string): Promise<IncomingMessage> {
  if (answer.statusCode === 200) return answer;
  const body = await collectBytes(answer, 64 * 1024);
  const said = messageOf(body?.toString('utf8') ?? '');
  // Older daemons answer 500 for an image that they do not have.
  if (answer.statusCode === 404 || /no such image|not known|does not exist/i.test(said))
    throw new AirlockError('REFERENCE_NOT_FOUND', `The daemon at ${label} has no image ${name}.`, {
      details: { reference: name },
      remedy: 'Check the name with `docker images` or `podman images`, or pull the image first.',
    });
  throw new AirlockError(
    'SERVER_FAULT',
    `The daemon at ${label} answered ${answer.statusCode ?? 0} for ${name}: ${said || 'no reason given'}.`,
    { side: 'source' },
  );
}

function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === 'string' ? message.slice(0, 300).replace(/\.$/, '') : '';
  } catch {
    return '';
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
}
