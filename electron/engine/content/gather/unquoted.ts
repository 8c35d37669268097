// A word of pasted text as it was meant.

/** Without the quotes and separators around it. */
export function unquoted(word: string): string {
  return word.replaceAll(/^["'`]+|["'`,;]+$/g, '');
}
