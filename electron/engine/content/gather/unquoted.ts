// A word of pasted text as it was meant.
const AROUND = '"\'`“”„‘’«»';
const AFTER = `${AROUND},;`;

/** Without the quotes and separators around it; in one pass, as a line may be as long as a text. */
export function unquoted(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && AROUND.includes(word.charAt(start))) start += 1;
  while (end > start && AFTER.includes(word.charAt(end - 1))) end -= 1;
  return word.slice(start, end);
}
