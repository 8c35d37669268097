// A form: labels to the left of what they name.
import type { ReactNode } from 'react';
import styles from './Form.module.css';

export function Form({ children }: { readonly children: ReactNode }) {
  return <div className={styles['form']}>{children}</div>;
}

interface FormRowProps {
  /** For the eye; the control within tells its own. */
  readonly label: string;
  readonly children: ReactNode;
  readonly hint?: ReactNode;
}

export function FormRow({ label, children, hint }: FormRowProps) {
  return (
    <>
      <span className={styles['label']} aria-hidden="true">
        {label}
      </span>
      <div className={styles['control']}>
        {children}
        {hint !== undefined && <span className={styles['hint']}>{hint}</span>}
      </div>
    </>
  );
}
