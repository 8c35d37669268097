// A moment, in this machine's time; as it was recorded on hover.
import { formatTime } from './quantities.ts';

export function When({ iso }: { readonly iso: string }) {
  return (
    <time dateTime={iso} title={iso}>
      {formatTime(iso)}
    </time>
  );
}
