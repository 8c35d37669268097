// Certificates: those that are trusted beside the system's own, and a way to add one by paste, file or drop.
import { useEffect, useRef, useState } from 'react';
import type { RegistryProfile, TrustedCertificate } from '../../shared/station/settings.ts';
import { useSettings } from '../store/settings.ts';
import { settingsTexts } from '../texts/settings.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Icon } from '../ui/Icon.tsx';
import { TextArea } from '../ui/TextArea.tsx';
import { TextField } from '../ui/TextField.tsx';
import styles from './CertificatesSection.module.css';
import { countCertificates, readPem } from './pem.ts';
import { giveCertificate, giveCertificateFile, removeCertificate } from './plain-actions.ts';
import { useSettingsDesk } from './settings-store.ts';
import { useFileDrop } from './use-file-drop.ts';

const texts = settingsTexts.certificates;
const HEAD = 29;
const ROW = 36;

export function CertificatesSection() {
  const certificates = useSettings(({ settings }) => settings.certificates);
  const registries = useSettings(({ settings }) => settings.registries);
  const selected = useSettingsDesk((state) => state.selectedCertificate);
  const removing = useSettingsDesk((state) => state.removingCertificate);
  return (
    <>
      <div className={styles['table']} style={{ height: HEAD + ROW * certificates.length + 16 }}>
        <DataTable<TrustedCertificate>
          label={texts.table}
          rows={certificates}
          rowKey={({ name }) => name}
          rowHeight={36}
          selected={selected ?? certificates[0]?.name ?? null}
          onSelect={(name) => useSettingsDesk.setState({ selectedCertificate: name })}
          onRemove={({ name }) => useSettingsDesk.setState({ removingCertificate: name })}
          empty={texts.empty}
          columns={[
            { id: 'name', head: texts.name, width: 'fill', render: ({ name }) => name },
            {
              id: 'holds',
              head: texts.holds,
              width: 140,
              render: ({ pem }) => texts.count(countCertificates(pem)),
            },
            {
              id: 'usedBy',
              head: texts.usedBy,
              width: 320,
              render: ({ name }) => hostsOf(name, registries) || texts.nobody,
            },
          ]}
        />
      </div>
      <AddCertificate taken={certificates.map(({ name }) => name)} />
      {removing !== null && <RemoveDialog name={removing} hosts={hostsOf(removing, registries)} />}
    </>
  );
}

function hostsOf(name: string, registries: readonly RegistryProfile[]): string {
  return registries
    .filter(({ certificate }) => certificate === name)
    .map(({ host }) => host)
    .join(', ');
}

function AddCertificate({ taken }: { readonly taken: readonly string[] }) {
  const { name, pem, refused } = useSettingsDesk((state) => state.certificate);
  const [isOver, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  useFileDrop({ onOver: setOver, onFile: (dropped) => void giveCertificateFile(dropped) });
  // What was chosen before may be chosen again.
  useEffect(() => {
    if (file.current !== null && pem === '') file.current.value = '';
  }, [pem]);
  const read = readPem(pem);
  const isTaken = taken.includes(name.trim());
  return (
    <section className={classes(styles['add'], isOver && styles['over'])} aria-label={texts.addTitle}>
      <h2>{texts.addTitle}</h2>
      <p className={styles['dim']}>{texts.addText}</p>
      <div className={styles['fields']}>
        <TextField
          label={texts.nameLabel}
          value={name}
          onChange={(typed) =>
            useSettingsDesk.setState(({ certificate }) => ({
              certificate: { ...certificate, name: typed.slice(0, 100) },
              said: null,
            }))
          }
          placeholder={texts.namePlaceholder}
          error={isTaken ? texts.problems.nameTaken : undefined}
        />
        <TextArea
          label={texts.pem}
          value={pem}
          onChange={(text) => giveCertificate(text)}
          placeholder={texts.pemPlaceholder}
          rows={9}
        />
      </div>
      <div className={styles['ways']}>
        <Button icon="file" onPress={() => file.current?.click()}>
          {texts.file}
        </Button>
        <input
          ref={file}
          type="file"
          hidden
          aria-label={texts.file}
          accept=".pem,.crt,.cer,.der,.txt"
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen !== undefined) void giveCertificateFile(chosen);
          }}
        />
        <span role="status" className={styles['told']}>
          {refused !== null ? (
            <span className={styles['fail']}>
              <Icon name="close" size={14} />
              {wordsOf(refused)}
            </span>
          ) : read.ok ? (
            <span className={styles['ok']}>
              <Icon name="check" size={14} />
              {texts.found(read.count)} {name.trim() === '' && texts.problems.nameEmpty}
            </span>
          ) : (
            <span className={styles['dim']}>{texts.drop}</span>
          )}
        </span>
      </div>
    </section>
  );
}

function wordsOf(
  problem: NonNullable<ReturnType<typeof useSettingsDesk.getState>['certificate']['refused']>,
): string {
  if (problem === 'unreadable') return texts.unreadable;
  return problem.kind === 'cutOff' ? texts.problems.cutOff(problem.at) : texts.problems[problem.kind];
}

function RemoveDialog({ name, hosts }: { readonly name: string; readonly hosts: string }) {
  const close = () => useSettingsDesk.setState({ removingCertificate: null });
  return (
    <Dialog
      isAlert
      title={texts.removeTitle(name)}
      onClose={close}
      actions={
        <>
          <Button
            variant="danger"
            onPress={() => {
              close();
              void removeCertificate(name);
            }}
          >
            {texts.removeDo}
          </Button>
          <Button variant="primary" autoFocus onPress={close}>
            {texts.removeKeep}
          </Button>
        </>
      }
    >
      <p>{hosts === '' ? texts.removeUnused : texts.removeUsed(hosts)}</p>
    </Dialog>
  );
}
