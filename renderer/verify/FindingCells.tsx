// What stands in the row of a file that is not as it was sealed: what was sealed, what was found, what it belongs to.
import { visible } from '../../shared/messages/visible.ts';
import { verifyTexts } from '../texts/verify.ts';
import { Digest } from '../ui/Digest.tsx';
import { Reference } from '../ui/Reference.tsx';
import { foundOf, foundText, lengthText, shortPath } from './findings.ts';
import type { Finding } from './findings.ts';
import { Said } from './Said.tsx';
import styles from './Verify.module.css';

const words = verifyTexts.files;

interface OfRow {
  readonly row: Finding;
}

export function Path({ row: { file } }: OfRow) {
  return (
    <span className={styles['two']} title={visible(`${file.path} ${file.why ?? ''}`)}>
      <code>{shortPath(visible(file.path))}</code>
      <small>{lengthText(file)}</small>
    </span>
  );
}

export function Sealed({ row: { file } }: OfRow) {
  if (file.sha256 !== undefined) return <Digest value={file.sha256} />;
  const isStranger = file.state === 'unexpected' || file.state === 'litter';
  return <span className={styles['dim']}>{isStranger ? words.kinds.nothing : words.notListed}</span>;
}

export function FoundThere({ row: { file } }: OfRow) {
  const found = foundOf(file);
  if (found.kind !== 'sum')
    return (
      <span className={styles[found.kind === 'otherLength' ? 'other' : 'dim']}>
        {words.kinds[found.kind]}
      </span>
    );
  return (
    <span className={found.isOther ? styles['other'] : undefined}>
      <Digest value={found.sha256} />
    </span>
  );
}

export function Whole({ row: { file } }: OfRow) {
  const { why, sha256 } = file;
  return (
    <Said
      facts={[
        ...(why === undefined ? [] : [{ term: words.why, lines: [why] }]),
        { term: words.sealedWhole, lines: [sha256 ?? words.kinds.nothing], isCode: sha256 !== undefined },
        { term: words.foundWhole, lines: [foundText(file)], isCode: file.foundSha256 !== undefined },
      ]}
    />
  );
}

export function Belongs({ row: { file, belongsTo } }: OfRow) {
  const [first] = belongsTo;
  if (first !== undefined)
    return (
      <span className={styles['belongs']} title={belongsTo.join('\n')}>
        <Reference reference={first} />
        {belongsTo.length > 1 && <span className={styles['dim']}>{words.more(belongsTo.length - 1)}</span>}
      </span>
    );
  const isStranger = file.state === 'unexpected' || file.state === 'litter';
  return <span className={styles['dim']}>{isStranger ? words.noItem : words.bundleItself}</span>;
}
