// Copies a text, and says that it did in its own place.
import { useEffect, useState } from 'react';
import { partTexts } from '../texts/parts.ts';
import { Button } from './Button.tsx';
import { copyText } from './copy-text.ts';
import { IconButton } from './IconButton.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, in words: `Copy the digest`. */
  readonly label: string;
  /** With its words instead of the icon alone. */
  readonly isWorded?: boolean;
}

const TOLD_MS = 1500;

export function CopyButton({ text, label, isWorded = false }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), TOLD_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void copyText(text).then(() => setCopied(true));
  const icon = isCopied ? 'check' : 'copy';
  return isWorded ? (
    <Button size="small" icon={icon} onPress={copy}>
      {isCopied ? partTexts.copied : label}
    </Button>
  ) : (
    <IconButton size="small" icon={icon} label={isCopied ? partTexts.copied : label} onPress={copy} />
  );
}
