// Takes a file that is dropped while a screen is shown, to be read in the page; the shell would have its path sent over.
import { useEffect, useRef } from 'react';

interface FileDrop {
  readonly onOver: (isOver: boolean) => void;
  /** The first of what was dropped. */
  readonly onFile: (file: File) => void;
}

/** Heard before the shell, which then hears nothing of it. */
export function useFileDrop(drop: FileDrop): void {
  const latest = useRef(drop);
  useEffect(() => {
    latest.current = drop;
  });
  useEffect(() => {
    const stop = new AbortController();
    const options = { capture: true, signal: stop.signal };
    const hear = (name: 'dragover' | 'drop', act: (files: readonly File[]) => void): void =>
      addEventListener(
        name,
        (event) => {
          if (event.dataTransfer?.types.includes('Files') !== true) return;
          event.preventDefault();
          event.stopPropagation();
          act([...event.dataTransfer.files]);
        },
        options,
      );
    hear('dragover', () => latest.current.onOver(true));
    hear('drop', ([file]) => {
      latest.current.onOver(false);
      if (file !== undefined) latest.current.onFile(file);
    });
    addEventListener(
      'dragleave',
      ({ relatedTarget }) => {
        if (relatedTarget === null) latest.current.onOver(false);
      },
      options,
    );
    return () => stop.abort();
  }, []);
}
