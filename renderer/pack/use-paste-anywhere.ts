// Takes what is pasted while no field has the focus: the desk is one large field.
import { useEffect } from 'react';
import { bridge } from '../bridge/client.ts';
import { givePaths, giveText } from './contents-actions.ts';

export function usePasteAnywhere(): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const isInField = event.target instanceof Element && event.target.closest('input, textarea') !== null;
      if (isInField || event.clipboardData === null) return;
      event.preventDefault();
      takePasted(event.clipboardData);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, []);
}

/** Files before text: a copied file brings its name as text along. */
export function takePasted(data: DataTransfer): void {
  const files = [...data.files];
  const text = data.getData('text/plain');
  if (files.length > 0) void bridge().pathsOf(files).then(givePaths);
  else if (text.trim() !== '') void giveText(text);
}
