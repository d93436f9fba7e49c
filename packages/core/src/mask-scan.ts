/** A piece of text that is to be replaced; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds any of many strings in one pass: the automaton of Aho and Corasick, with a filter over pairs of characters that
 * skips text in which nothing can begin. Linear in the text, whatever the strings are.
 *
 * @see Aho and Corasick, "Efficient String Matching", CACM 18(6), 1975.
 */
export class Matcher {
  /** Blanks and line breaks inside a match do not count, as far as {@link Cursor} lets them. */
  readonly skipsBlanks: boolean;
  readonly #labels: number[] = [0];
  readonly #firstChild: number[] = [0];
  readonly #sibling: number[] = [0];
  readonly #fail: number[] = [0];
  readonly #depth: number[] = [0];
  /** Length of the longest string that ends in a state; 0 for none. */
  readonly #found: number[] = [0];
  readonly #roots = new Map<number, number>();
  readonly #pairs = new Uint8Array(1 << 16);

  constructor(texts: Iterable<string>, skipsBlanks: boolean) {
    this.skipsBlanks = skipsBlanks;
    for (const text of texts) this.#insert(text);
    this.#link();
  }

  depth(state: number): number {
    return this.#depth[state] ?? 0;
  }

  found(state: number): number {
    return this.#found[state] ?? 0;
  }

  /** Could a string begin with these two characters? May say yes wrongly, never no. */
  mayBegin(first: number, second: number): boolean {
    return this.#pairs[pairKey(first, second)] !== 0;
  }

  next(from: number, char: number): number {
    for (let state = from; state !== 0; state = this.#fail[state] ?? 0) {
      const child = this.#child(state, char);
      if (child !== 0) return child;
    }
    return this.#roots.get(char) ?? 0;
  }

  #child(state: number, char: number): number {
    if (state === 0) return this.#roots.get(char) ?? 0;
    let child = this.#firstChild[state] ?? 0;
    while (child !== 0 && this.#labels[child] !== char) child = this.#sibling[child] ?? 0;
    return child;
  }

  #insert(text: string): void {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charCodeAt(at);
      state = this.#child(state, char) || this.#add(state, char);
    }
    this.#found[state] = text.length;
    this.#markPair(text);
  }

  #markPair(text: string): void {
    const first = text.charCodeAt(0);
    if (text.length === 1) for (let second = 0; second < 1 << 16; second++) this.#pairs[pairKey(first, second)] = 1;
    else this.#pairs[pairKey(first, text.charCodeAt(1))] = 1;
    if (this.skipsBlanks) for (const second of blanks) this.#pairs[pairKey(first, second)] = 1;
  }

  #add(parent: number, char: number): number {
    const state = this.#labels.length;
    this.#labels.push(char);
    this.#firstChild.push(0);
    this.#fail.push(0);
    this.#found.push(0);
    this.#depth.push(this.depth(parent) + 1);
    this.#sibling.push(parent === 0 ? 0 : (this.#firstChild[parent] ?? 0));
    if (parent === 0) this.#roots.set(char, state);
    else this.#firstChild[parent] = state;
    return state;
  }

  /** Breadth first, so that a state's shorter suffixes are linked before it. */
  #link(): void {
    const queue = [...this.#roots.values()];
    for (let at = 0; at < queue.length; at++) {
      const state = queue[at] ?? 0;
      for (let child = this.#firstChild[state] ?? 0; child !== 0; child = this.#sibling[child] ?? 0) {
        this.#fail[child] = this.next(this.#fail[state] ?? 0, this.#labels[child] ?? 0);
        queue.push(child);
      }
      this.#found[state] ||= this.#found[this.#fail[state] ?? 0] ?? 0;
    }
  }
}

/** The place of one {@link Matcher} in one stream. */
export class Cursor {
  readonly #matcher: Matcher;
  #state = 0;
  /** Line breaks and other blanks since the last character that counts. */
  #breaks = 0;
  #spaces = 0;

  constructor(matcher: Matcher) {
    this.#matcher = matcher;
  }

  /**
   * Reads on at `from`; what is before it was read before, and reaches back at least to where {@link undecided} said.
   *
   * @returns What was found, in order of its end; overlapping finds are one span.
   */
  scan(text: string, from: number): readonly Span[] {
    const spans: FoundSpan[] = [];
    const matcher = this.#matcher;
    for (let at = from; at < text.length; at++) {
      if (this.#state === 0) {
        while (at + 1 < text.length && !matcher.mayBegin(text.charCodeAt(at), text.charCodeAt(at + 1))) at++;
      }
      const char = text.charCodeAt(at);
      if (matcher.skipsBlanks && isBlank(char)) {
        if (isBreak(char)) this.#breaks += 1;
        else this.#spaces += 1;
        // An empty line ends an encoded block, so does a wide gap; it also bounds what a stream holds back.
        if (this.#breaks > maxBreaks || this.#spaces > maxSpaces) this.#state = 0;
        continue;
      }
      this.#breaks = 0;
      this.#spaces = 0;
      this.#state = matcher.next(this.#state, char);
      const length = matcher.found(this.#state);
      if (length > 0) this.#collect(spans, text, at + 1, length);
    }
    return spans;
  }

  /** Where the part of the text begins that may become a match when more text comes. */
  undecided(text: string): number {
    const depth = this.#matcher.depth(this.#state);
    return this.#matcher.skipsBlanks ? this.#back(text, text.length, depth) : text.length - depth;
  }

  #collect(spans: FoundSpan[], text: string, end: number, length: number): void {
    let start = end;
    let missing = length;
    // Walks over spans that were found before at once, so that each character is walked over once.
    for (let last = spans.at(-1); last !== undefined && missing > 0; last = spans.at(-1)) {
      const gapStart = this.#back(text, start, missing, last.end);
      missing -= this.#count(text, gapStart, start);
      start = gapStart;
      if (missing === 0) break;
      spans.pop();
      missing -= last.length;
      start = last.start;
    }
    if (missing > 0) start = this.#back(text, start, missing);
    spans.push({ start, end, length: length - Math.min(missing, 0) });
  }

  #back(text: string, from: number, length: number, least = 0): number {
    if (!this.#matcher.skipsBlanks) return Math.max(least, from - length);
    let at = from;
    for (let missing = length; missing > 0 && at > least; at--) if (!isBlank(text.charCodeAt(at - 1))) missing--;
    return at;
  }

  #count(text: string, from: number, to: number): number {
    if (!this.#matcher.skipsBlanks) return to - from;
    let count = 0;
    for (let at = from; at < to; at++) if (!isBlank(text.charCodeAt(at))) count++;
    return count;
  }
}

interface FoundSpan extends Span {
  /** Characters without skipped blanks. */
  readonly length: number;
}

/** Most line breaks in a row inside a match: one, of two characters. */
const maxBreaks = 2;
/** Most other blanks in a row inside a match: an indentation. */
const maxSpaces = 24;
const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const blanks = [tab, lineFeed, carriageReturn, space];

function isBreak(char: number): boolean {
  return char === lineFeed || char === carriageReturn;
}

function isBlank(char: number): boolean {
  return char === space || char === tab || isBreak(char);
}

function pairKey(first: number, second: number): number {
  return ((first * 251) ^ second) & 0xffff;
}
