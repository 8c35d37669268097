// Asks in which form a report or a receipt is kept, and keeps it.
import { useState } from 'react';
import type { WireError } from '../../shared/errors/wire.ts';
import { bridge } from '../bridge/client.ts';
import { announce } from '../store/announcer.ts';
import { saveText } from '../store/browse.ts';
import { isWindow } from '../store/session.ts';
import { unwrap, wireOf } from '../store/unwrap.ts';
import { reportTexts } from '../texts/reports.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorCard } from '../ui/ErrorCard.tsx';
import { Segmented } from '../ui/Segmented.tsx';
import styles from './SaveReportDialog.module.css';

type Format = 'html' | 'json';

interface SaveReportDialogProps {
  readonly title: string;
  /** Of the receipt, or of the station where it ran. */
  readonly job: string;
  readonly onClose: () => void;
}

const FORMATS = (['html', 'json'] as const).map((id) => ({ id, label: reportTexts.formats[id] }));

export function SaveReportDialog({ title, job, onClose }: SaveReportDialogProps) {
  const [format, setFormat] = useState<Format>('html');
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const save = async (): Promise<void> => {
    setSaving(true);
    setError(null);
    try {
      const { name, text } = unwrap(await bridge().reports.render({ job, format }));
      const path = await saveText(name, text);
      // The system's own dialog was closed: perhaps the other form is wanted.
      if (path === null && isWindow()) return setSaving(false);
      announce(reportTexts.saved(path ?? name));
      onClose();
    } catch (thrown) {
      setError(wireOf(thrown));
      setSaving(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{reportTexts.close}</Button>
          <Button variant="primary" onPress={() => void save()} isDisabled={isSaving} autoFocus>
            {reportTexts.save}
          </Button>
        </>
      }
    >
      <div className={styles['text']}>
        <Segmented label={reportTexts.format} value={format} onChange={setFormat} options={FORMATS} />
        <p>{reportTexts.means[format]}</p>
        {error !== null && <ErrorCard error={error} side="verify" />}
      </div>
    </Dialog>
  );
}
