// An amount of bytes: three digits, the exact number on hover.
import { partTexts } from '../texts/parts.ts';
import { formatBytes, formatNumber, formatPart } from './quantities.ts';

interface BytesProps {
  readonly value: number;
  /** `59.4 of 97.4 MB`. */
  readonly of?: number | undefined;
}

export function Bytes({ value, of }: BytesProps) {
  const words = of === undefined ? formatBytes(value) : formatPart(value, of, partTexts.ofBytes);
  return <span title={partTexts.exactBytes(formatNumber(value))}>{words}</span>;
}
