// Being built.
export function Screen() {
  return null;
}
