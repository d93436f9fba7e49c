/** Cuts a stream into lines. */
export interface LineSplitter {
  push(chunk: string): void;
  /** The stream is over: what is left is a line too. */
  end(): void;
}

/** Longest line that is read, in characters; longer ones are dropped whole. */
export const maxLineChars = 16 * 1024 * 1024;

/**
 * Calls once per line without its line break; empty lines are left out. Memory is bounded: a line over `limit` is
 * dropped whole, and reading goes on with the next.
 */
export function createLineSplitter(onLine: (line: string) => void, limit = maxLineChars): LineSplitter {
  let parts: string[] = [];
  let length = 0;
  let isTooLong = false;
  const add = (part: string) => {
    length += part.length;
    isTooLong ||= length > limit;
    if (isTooLong) parts = [];
    else if (part !== "") parts.push(part);
  };
  const finish = () => {
    const line = parts.join("").replace(/\r$/, "");
    if (!isTooLong && line.trim() !== "") onLine(line);
    parts = [];
    length = 0;
    isTooLong = false;
  };
  return {
    push(chunk) {
      let start = 0;
      for (let at = chunk.indexOf("\n"); at !== -1; at = chunk.indexOf("\n", start)) {
        add(chunk.slice(start, at));
        finish();
        start = at + 1;
      }
      add(chunk.slice(start));
    },
    end: finish,
  };
}

/** Keeps the end of a stream: errors stand last. */
export function createTail(maxChars: number): { push(chunk: string): void; text(): string } {
  let tail = "";
  return {
    push(chunk) {
      tail = (tail + chunk).slice(-maxChars);
    },
    text: () => tail,
  };
}
