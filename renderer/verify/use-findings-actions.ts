// What can be done with findings, for the palette and the keys.
import { useActions } from '../store/actions.ts';
import { verifyTexts } from '../texts/verify.ts';
import { copyText } from '../ui/copy-text.ts';
import { findingsText } from './findings.ts';
import type { Finding } from './findings.ts';
import { checkAgain } from './verify-actions.ts';
import { VERIFY_TABS } from './verify-store.ts';
import type { VerifyTab } from './verify-store.ts';

const words = verifyTexts.findings;

interface FindingsActions {
  readonly name: string;
  readonly jobId: string;
  readonly findings: readonly Finding[];
  readonly save: () => void;
  readonly another: () => void;
  readonly show: (tab: VerifyTab) => void;
}

export function useFindingsActions({ name, jobId, findings, save, another, show }: FindingsActions): void {
  useActions([
    {
      id: 'verify.report',
      label: words.report,
      icon: 'report',
      keys: 'Mod S',
      section: 'commands',
      run: save,
    },
    {
      id: 'verify.again',
      label: verifyTexts.card.again,
      icon: 'again',
      section: 'commands',
      run: () => void checkAgain(jobId),
    },
    {
      id: 'verify.another',
      label: words.another,
      icon: 'verify',
      section: 'commands',
      run: another,
    },
    {
      id: 'verify.copy',
      label: verifyTexts.card.copy,
      icon: 'copy',
      section: 'commands',
      isEnabled: () => findings.length > 0 || words.intactText,
      run: () => void copyText(findingsText(name, findings)),
    },
    ...VERIFY_TABS.filter((id) => id !== 'findings' || findings.length > 0).map(
      (id) =>
        ({
          id: `verify.tab.${id}`,
          label: words.tabs[id],
          about: name,
          section: 'items',
          run: () => show(id),
        }) as const,
    ),
  ]);
}
