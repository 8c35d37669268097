// What to do next, numbered.
import styles from './NextSteps.module.css';

interface NextStepsProps {
  readonly steps: readonly { readonly title: string; readonly text: string }[];
}

export function NextSteps({ steps }: NextStepsProps) {
  return (
    <ol className={styles['steps']}>
      {steps.map(({ title, text }) => (
        <li key={title}>
          <b>{title}</b>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}
