// How strictly a bundle is checked, with what each costs.
import { verifyTexts } from '../texts/verify.ts';
import { Checkbox } from '../ui/Checkbox.tsx';
import styles from './Verify.module.css';
import { useVerify } from './verify-store.ts';

const words = verifyTexts.bundle;

export function CheckOptions() {
  const deep = useVerify((state) => state.deep);
  const strict = useVerify((state) => state.strict);
  return (
    <section className={styles['options']} role="group" aria-label={words.options}>
      <Checkbox
        isSelected={deep}
        onChange={(next) => useVerify.setState({ deep: next })}
        hint={words.deepHint}
      >
        {words.deep}
      </Checkbox>
      <Checkbox
        isSelected={strict}
        onChange={(next) => useVerify.setState({ strict: next })}
        hint={words.strictHint}
      >
        {words.strict}
      </Checkbox>
    </section>
  );
}
