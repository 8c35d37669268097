// A page without layout has tables without height, and those show no rows: each gets the room of a small window.
export function giveLayout(): void {
  const heightOf = (element: HTMLElement) => (element.getAttribute('role') === 'grid' ? 600 : 28);
  Object.defineProperties(HTMLElement.prototype, {
    offsetHeight: {
      configurable: true,
      get(this: HTMLElement) {
        return heightOf(this);
      },
    },
    offsetWidth: { configurable: true, get: () => 900 },
    clientHeight: {
      configurable: true,
      get(this: HTMLElement) {
        return heightOf(this);
      },
    },
    clientWidth: { configurable: true, get: () => 900 },
  });
}
