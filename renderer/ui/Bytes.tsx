// An amount of bytes: three digits, the exact number on hover.
import { partTexts } from '../texts/parts.ts';
import { formatBytes, formatNumber } from './quantities.ts';

interface BytesProps {
  readonly value: number;
  /** `59.4 MB of 97.4 MB`. */
  readonly of?: number | undefined;
}

export function Bytes({ value, of }: BytesProps) {
  const words =
    of === undefined ? formatBytes(value) : partTexts.ofBytes(formatBytes(value), formatBytes(of));
  return <span title={partTexts.exactBytes(formatNumber(value))}>{words}</span>;
}
