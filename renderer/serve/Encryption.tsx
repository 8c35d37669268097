// How what is read is protected on its way; plain http in amber, wherever it is chosen.
import { serveTexts } from '../texts/serve.ts';
import { StateWord } from '../ui/StateWord.tsx';

export function Encryption({ isPlain }: { readonly isPlain: boolean }) {
  return isPlain ? (
    <StateWord state="moved" word={serveTexts.encryption.http} />
  ) : (
    <StateWord state="ok" word={serveTexts.encryption.tls} />
  );
}
