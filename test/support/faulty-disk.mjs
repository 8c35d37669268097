// Preloaded (`node --import`) into a command under test: below FAULTY_DISK every write fails with FAULTY_CODE, as on a
// medium that is write-protected or full. Mounting such a medium would need rights that a test does not have.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const folder = process.env.FAULTY_DISK ?? '';
const code = process.env.FAULTY_CODE ?? 'EROFS';

function refuse(name, path) {
  if (!String(path).startsWith(folder)) return;
  const error = new Error(`${code}: refused by the test, ${name} '${path}'`);
  throw Object.assign(error, { code, syscall: name, path: String(path), errno: -1 });
}

const { promises } = fs;
for (const name of ['mkdir', 'writeFile', 'rename', 'rm', 'rmdir', 'unlink', 'truncate']) {
  const real = promises[name];
  promises[name] = async (path, ...rest) => {
    refuse(name, path);
    return real.call(promises, path, ...rest);
  };
}
const { open, access } = promises;
promises.open = async (path, flags = 'r', ...rest) => {
  const writes = typeof flags === 'number' ? (flags & 3) !== 0 : flags !== 'r';
  if (writes) refuse('open', path);
  return open.call(promises, path, flags, ...rest);
};
promises.access = async (path, mode = 0, ...rest) => {
  if ((mode & fs.constants.W_OK) !== 0) refuse('access', path);
  return access.call(promises, path, mode, ...rest);
};
syncBuiltinESMExports();
