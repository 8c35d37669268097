// One field for whatever shall go across: typed with completion, pasted whole, dropped, or browsed for.
import { useEffect, useRef, useState } from 'react';
import type { ClipboardEvent } from 'react';
import { bridge } from '../bridge/client.ts';
import { packTexts } from '../texts/pack.ts';
import { Button } from '../ui/Button.tsx';
import { TextField } from '../ui/TextField.tsx';
import { giveText } from './contents-actions.ts';
import styles from './Contents.module.css';
import { takePasted } from './use-paste-anywhere.ts';

const texts = packTexts.contents;
const QUIET_MS = 120;

interface AddFieldProps {
  readonly onBrowse: () => void;
}

export function AddField({ onBrowse }: AddFieldProps) {
  const [text, setText] = useState('');
  const suggestions = useSuggestions(text);

  const add = async (): Promise<void> => {
    const given = text.trim();
    if (given !== '' && (await giveText(given))) setText('');
  };
  // An input would put the lines of a paste into one.
  const takePaste = (event: ClipboardEvent): void => {
    const { clipboardData } = event;
    if (clipboardData.files.length === 0 && !clipboardData.getData('text/plain').trim().includes('\n'))
      return;
    event.preventDefault();
    takePasted(clipboardData);
  };
  return (
    <div className={styles['addBar']}>
      <div className={styles['addField']} onPasteCapture={takePaste}>
        <TextField
          label={texts.add}
          hideLabel
          icon="plus"
          value={text}
          onChange={setText}
          onSubmit={() => void add()}
          placeholder={texts.placeholder}
          list={suggestions}
          autoFocus
        />
      </div>
      <Button onPress={onBrowse}>{texts.browse}</Button>
    </div>
  );
}

/** References used before that go with what is typed; asked when the typing rests. */
function useSuggestions(text: string): string[] {
  const [found, setFound] = useState<{ readonly of: string; readonly list: string[] }>({ of: '', list: [] });
  const latest = useRef('');
  const asked = text.trim();
  useEffect(() => {
    latest.current = asked;
    if (asked.length < 2) return undefined;
    const look = async (): Promise<void> => {
      const list = await suggest(asked);
      if (latest.current === asked) setFound({ of: asked, list });
    };
    const timer = setTimeout(() => void look(), QUIET_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  return asked.length < 2 || asked === found.list[0] ? [] : found.list;
}

async function suggest(text: string): Promise<string[]> {
  const result = await bridge().contents.suggest({ text: text.slice(0, 500) });
  return result.ok ? result.value : [];
}
