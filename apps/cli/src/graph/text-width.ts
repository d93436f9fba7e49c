/**
 * About how wide a text is in a proportional font: no font is at hand, and a little too much only leaves space.
 *
 * @param size - Of the font, in pixels.
 * @returns Pixels.
 */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width * size;
}

/** In parts of the font's size. @see Unicode Standard Annex #11, "East Asian Width". */
function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (/\p{M}/u.test(character)) return 0;
  if (code >= 0x1100 && isWide(code)) return 1.05;
  if (/[iljtfrI.,:;'|! ()[\]]/.test(character)) return 0.36;
  if (/[mwMW@%—×]/.test(character)) return 0.9;
  return /\p{Lu}/u.test(character) ? 0.7 : 0.58;
}

function isWide(code: number): boolean {
  return (
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    code >= 0x1f300
  );
}
