// Takes what is dropped anywhere on the window, and shows that it may be.
import { useEffect, useState } from 'react';
import { bridge } from '../bridge/client.ts';
import { shellTexts } from '../texts/shell.ts';
import styles from './DropVeil.module.css';
import { openPaths } from './open-paths.ts';

export function DropVeil() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const onDragOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      void bridge().pathsOf(files).then(openPaths);
    };
    addEventListener('dragover', onDragOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onDragOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  return isOver ? <div className={styles['veil']}>{shellTexts.dropHere}</div> : null;
}
