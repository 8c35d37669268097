// Gives a forked process the port that Electron gives its utility processes, and ends it as Electron would.
import { EventEmitter } from 'node:events';

const port = new EventEmitter();
port.postMessage = (message) => {
  if (process.connected) process.send(message, undefined, undefined, () => undefined);
};
process.on('message', (data) => port.emit('message', { data }));
process.on('disconnect', () => process.exit(0));
Object.defineProperty(process, 'parentPort', { value: port });
