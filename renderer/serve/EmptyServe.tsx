// The desk before any bundle is there: a field to drop one onto, what Serve does and what it never does.
import { bundleTexts } from '../texts/bundles.ts';
import { serveTexts } from '../texts/serve.ts';
import { DropField } from '../ui/DropField.tsx';
import styles from './Serve.module.css';
import { browseForBundles } from './serve-actions.ts';

const { teach, choose } = serveTexts;

export function EmptyServe() {
  return (
    <>
      <DropField
        title={bundleTexts.dropTitle}
        text={bundleTexts.dropText}
        onBrowse={() => void browseForBundles()}
      />
      <p className={styles['none']}>{choose.none}</p>
      <div className={styles['teach']}>
        <section>
          <h2>{teach.does}</h2>
          <ul>
            {teach.doesNotes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
        <section>
          <h2>{teach.never}</h2>
          <ul>
            {teach.neverNotes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      </div>
    </>
  );
}
