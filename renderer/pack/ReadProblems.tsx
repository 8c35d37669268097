// Files that could not be read, each with what to do, until they are put away.
import { nextOf } from '../texts/errors.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import styles from './Contents.module.css';
import { usePack } from './pack-store.ts';

const texts = packTexts.contents;

export function ReadProblems() {
  const problems = usePack((state) => state.problems);
  if (problems.length === 0) return null;
  return (
    <section className={styles['problems']} role="alert">
      <h2>
        <Icon name="alert" />
        {texts.problemsTitle}
        <Button size="small" onPress={() => usePack.setState({ problems: [] })}>
          {texts.dismiss}
        </Button>
      </h2>
      <ul>
        {problems.map((problem) => (
          <li key={problem.message}>
            <span>
              {problem.message} <span className={styles['dim']}>{nextOf(problem)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
