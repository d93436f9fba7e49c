/**
 * Offsets of all occurrences of a part in a text, from left to right, not overlapping. Linear in both lengths: long
 * parts go through Knuth-Morris-Pratt, because the engine's own search can degrade to their product.
 *
 * @param part - Not empty.
 */
export function occurrences(text: string, part: string, max = Number.POSITIVE_INFINITY): readonly number[] {
  return part.length > 128 ? knuthMorrisPratt(text, part, max) : plain(text, part, max);
}

function plain(text: string, part: string, max: number): readonly number[] {
  const found: number[] = [];
  let at = text.indexOf(part);
  while (at !== -1 && found.length < max) {
    found.push(at);
    at = text.indexOf(part, at + part.length);
  }
  return found;
}

function knuthMorrisPratt(text: string, part: string, max: number): readonly number[] {
  const borders = borderTable(part);
  const found: number[] = [];
  let matched = 0;
  for (let at = 0; at < text.length && found.length < max; at++) {
    const code = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched += 1;
    if (matched === part.length) {
      found.push(at - part.length + 1);
      matched = 0;
    }
  }
  return found;
}

/** For each prefix of the part, the length of its longest proper prefix that is also its suffix. */
function borderTable(part: string): Uint32Array {
  const borders = new Uint32Array(part.length);
  let length = 0;
  for (let at = 1; at < part.length; at++) {
    const code = part.charCodeAt(at);
    while (length > 0 && part.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
    if (part.charCodeAt(length) === code) length += 1;
    borders[at] = length;
  }
  return borders;
}

/** The text with each occurrence of `part` replaced, cut at the offsets that {@link occurrences} gave. */
export function pieces(text: string, part: string, offsets: readonly number[]): readonly string[] {
  const result: string[] = [];
  let from = 0;
  for (const offset of offsets) {
    result.push(text.slice(from, offset));
    from = offset + part.length;
  }
  result.push(text.slice(from));
  return result;
}
