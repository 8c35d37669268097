// Texts that others wrote, as they may be shown: nothing in them steers a terminal or turns the direction of what is read.

/** Controls but line feed and tab, signs of direction (UAX #9) and separators that break a line. */
const DECEIVING = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;
const EACH_DECEIVING = new RegExp(DECEIVING, 'gu');

/** With such signs as what they are: `\u202e`. */
export function visible(text: string): string {
  return text.replaceAll(EACH_DECEIVING, spelt);
}

/** The first such sign, spelt out; undefined where the text is as it looks. */
export function deceivingSign(text: string): string | undefined {
  const sign = DECEIVING.exec(text)?.[0];
  return sign === undefined ? undefined : spelt(sign);
}

/** JSON of a value that a terminal may show: the same value to every reader. */
export function visibleJson(value: unknown, indent?: number): string {
  return visible(JSON.stringify(value, null, indent));
}

function spelt(sign: string): string {
  return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
