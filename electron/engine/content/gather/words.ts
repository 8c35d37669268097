// Words as they stand in pasted text.

/** Without the quotes and separators around it. */
export function unquoted(word: string): string {
  return word.replaceAll(/^["'`]+|["'`,;]+$/g, '');
}
