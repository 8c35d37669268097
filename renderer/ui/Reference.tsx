// A reference: the host in grey, the name in ink, the tag never cut.
import { visible } from '../../shared/messages/visible.ts';
import { kindTexts } from '../texts/states.ts';
import { Icon } from './Icon.tsx';
import styles from './Reference.module.css';
import { splitReference } from './split-reference.ts';

interface ReferenceProps {
  readonly reference: string;
  /** Undefined where the kind stands elsewhere. */
  readonly kind?: 'image' | 'chart' | 'file' | undefined;
  /** On hover, where there is more to tell than the reference whole. */
  readonly title?: string;
}

export function Reference({ reference, kind, title = reference }: ReferenceProps) {
  const { path, name, tag } = splitReference(visible(reference));
  return (
    <span className={styles['reference']} title={visible(title)}>
      {kind !== undefined && <Icon name={kind} />}
      {kind !== undefined && <span className={styles['hidden']}>{kindTexts[kind].one}</span>}
      <span className={styles['path']}>{path}</span>
      <span className={styles['name']}>{name}</span>
      <span className={styles['tag']}>{tag}</span>
    </span>
  );
}
