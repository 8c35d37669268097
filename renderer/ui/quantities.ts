// Numbers as people read them: decimal units, three digits, "about 3 min", ISO dates.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,284` */
export function formatNumber(value: number): string {
  return WHOLE.format(value);
}

/** Three digits: `977 MB`, `2.57 GB`, `0 B`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be rounded up to four digits.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** `59.4 of 97.4 MB`, `428 MB of 1.13 GB`: one unit is said once. */
export function formatPart(bytes: number, all: number, of: (part: string, all: string) => string): string {
  const [value = '', unit] = formatBytes(bytes).split(' ');
  const whole = formatBytes(all);
  return of(whole.endsWith(` ${unit}`) ? value : `${value} ${unit}`, whole);
}

/** `9.6 MB/s` */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** The unit that a rate is told in, and how many bytes per second one of it is. */
export function splitRate(bytesPerSecond: number): { readonly unit: string; readonly scale: number } {
  const at = Math.max(0, Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytesPerSecond)) / 3)));
  return { unit: `${UNITS[at] ?? ''}/s`, scale: 1000 ** at };
}

/** Exact enough for what has passed: `4 ms`, `4.6 s`, `4 min 41 s`, `1 h 12 min`. */
export function formatDuration(seconds: number): string {
  // In tenths of a second it would be none at all.
  if (seconds < 0.1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined(`${minutes} min`, whole % 60, 's');
  return joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
}

/** For what is still to come: `about 3 min`. */
export function formatAbout(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 90) return `about ${Math.ceil(seconds / 10) * 10} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60
    ? `about ${minutes} min`
    : `about ${joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min')}`;
}

/** What counts down: `0:47`, `6:00:00`. */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
  return hours === 0 ? `${minutes}:${two(left % 60)}` : `${hours}:${two(minutes)}:${two(left % 60)}`;
}

/** `1 item`, `34 items`; `many` where an s does not do. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** `2026-11-19 14:13`, in this machine's time. */
export function formatTime(when: number | string): string {
  const at = new Date(when);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `14:13`, in this machine's time. */
export function formatClock(when: number | string): string {
  return formatTime(when).slice(11);
}

/** Whole percent; 100 only when all is done. */
export function formatShare(share: number): string {
  return `${share >= 1 ? 100 : Math.min(99, Math.floor(share * 100))} %`;
}

function joined(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`;
}
