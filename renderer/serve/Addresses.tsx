// Where images, charts and files are read from, and by which programs.
import { serveTexts } from '../texts/serve.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import styles from './Addresses.module.css';
import { hostOf } from './served.ts';

const texts = serveTexts.addresses;

interface AddressesProps {
  readonly address: string;
  readonly isWritable: boolean;
}

export function Addresses({ address, isWritable }: AddressesProps) {
  const rows = [
    {
      kind: 'images',
      icon: 'image',
      at: hostOf(address),
      use: isWritable ? texts.imagesUseWritable : texts.imagesUse,
    },
    { kind: 'charts', icon: 'chart', at: `${address}/charts`, use: texts.chartsUse },
    { kind: 'files', icon: 'file', at: `${address}/files/`, use: texts.filesUse },
  ] as const;
  return (
    <table className={styles['table']} aria-label={texts.table}>
      <thead>
        <tr>
          <th scope="col">{texts.what}</th>
          <th scope="col">{texts.address}</th>
          <th scope="col">{texts.useAs}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ kind, icon, at, use }) => (
          <tr key={kind}>
            <th scope="row">
              <span className={styles['what']}>
                <Icon name={icon} />
                {texts[kind]}
              </span>
            </th>
            <td>
              <span className={styles['line']}>
                <code>{at}</code>
                <CopyButton text={at} label={texts.copy[kind]} />
              </span>
            </td>
            <td className={styles['use']}>{use}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
