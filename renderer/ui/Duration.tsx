// A time that something took.
import { formatDuration } from './quantities.ts';

export function Duration({ seconds }: { readonly seconds: number }) {
  return <span>{formatDuration(seconds)}</span>;
}
