// Which modifier this keyboard has for commands.
export function isMac(): boolean {
  return /Mac/i.test(navigator.platform);
}
