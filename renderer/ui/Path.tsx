// A path in a narrow place: its middle is cut, so that where it begins and what it ends in stay. Whole on hover.
import { visible } from '../../shared/messages/visible.ts';
import styles from './Path.module.css';
import { splitPath } from './split-path.ts';

export function Path({ path }: { readonly path: string }) {
  const { folder, name } = splitPath(visible(path));
  return (
    <span className={styles['path']} title={visible(path)}>
      <span className={styles['folder']}>{folder}</span>
      <span className={styles['name']}>{name}</span>
    </span>
  );
}
