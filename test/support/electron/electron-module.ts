// What main gets for `import … from 'electron'`. A name that is not here is an error as soon as main is loaded.
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export {
  dialog,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerSaveBlocker,
  safeStorage,
  screen,
  shell,
} from './parts.ts';
export { protocol, session } from './session.ts';
export { utilityProcess } from './utility-process.ts';
