// `electron.utilityProcess`: a fork that has the port of a utility process.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { app, isAppReady } from './app.ts';
import { onDeed, record } from './test-line.ts';

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  readonly serviceName?: string;
}

const PORT = new URL('./parent-port.mjs', import.meta.url).href;
const running = new Set<StandInUtilityProcess>();

class StandInUtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  #wasEnded = false;

  constructor(path: string, parameters: readonly string[], options: ForkOptions) {
    super();
    const { env = process.env, execArgv = [], serviceName = 'Node Utility Process' } = options;
    this.#child = fork(path, [...parameters], {
      env,
      execArgv: [...execArgv, `--import=${PORT}`],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    running.add(this);
    record('utilityProcess', { serviceName, pid: this.#child.pid });
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('exit', (code, signal) => {
      running.delete(this);
      this.emit('exit', code ?? 1);
      if (code === 0 || this.#wasEnded) return;
      const reason = signal === null ? 'abnormal-exit' : 'killed';
      app.emit('child-process-gone', {}, { type: 'Utility', reason, exitCode: code ?? 1, name: serviceName });
    });
  }
  get pid(): number | undefined {
    return this.#child.pid;
  }
  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => undefined);
  }
  kill(): boolean {
    this.#wasEnded = true;
    return this.#child.kill();
  }
  end(): void {
    this.#wasEnded = true;
    this.#child.kill('SIGKILL');
  }
}

export const utilityProcess = {
  fork(path: string, parameters: readonly string[] = [], options: ForkOptions = {}): StandInUtilityProcess {
    if (!isAppReady()) throw new Error('utilityProcess.fork has to be called after the app is ready.');
    return new StandInUtilityProcess(path, parameters, options);
  },
};

/** Electron leaves none behind. */
export function endUtilityProcesses(): void {
  for (const child of running) child.end();
}

onDeed('engine.kill', () => {
  for (const { pid } of running) if (pid !== undefined) process.kill(pid, 'SIGKILL');
});
