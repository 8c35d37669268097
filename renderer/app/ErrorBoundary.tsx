// A fault of a screen, told in its place: jobs are not in it, and go on.
import { Component } from 'react';
import type { ReactNode } from 'react';
import { shellTexts } from '../texts/shell.ts';
import { Button } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import styles from './ErrorBoundary.module.css';

interface Props {
  readonly children: ReactNode;
}
interface State {
  readonly fault: string | null;
}

const words = shellTexts.fault;

export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { fault: null };

  static getDerivedStateFromError(error: unknown): State {
    return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }

  override render(): ReactNode {
    const { fault } = this.state;
    if (fault === null) return this.props.children;
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
}
