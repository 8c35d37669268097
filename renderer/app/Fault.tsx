// What is on the page where a screen cannot be: what happened, the details to copy, and the way back.
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import styles from './Fault.module.css';

const words = shellTexts.fault;

export function Fault({ fault }: { readonly fault: string }) {
  return (
    <main className={styles['fault']}>
      <h1>{words.title}</h1>
      <p>{words.text}</p>
      <Button variant="primary" autoFocus onPress={() => location.reload()}>
        {words.reload}
      </Button>
      <details>
        <summary>{words.details}</summary>
        <CopyButton text={fault} label={words.copy} isWorded />
        <pre>{fault}</pre>
      </details>
    </main>
  );
}

/** What can be copied of anything thrown. */
export function faultText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
