// The bundle's name at the head of the desk, which is pressed to change it.
import { packTexts } from '../texts/pack.ts';
import { Icon } from '../ui/Icon.tsx';
import styles from './BundleTitle.module.css';
import { usePack } from './pack-store.ts';

export function BundleTitle({ name }: { readonly name: string }) {
  return (
    <button
      type="button"
      className={styles['title']}
      title={packTexts.rename.action}
      onClick={() => usePack.setState({ isRenaming: true })}
    >
      {name}
      <Icon name="pencil" size={14} />
    </button>
  );
}
