/** The lines of one file's unified diff that the new version has: `{ line, text, added }`. */
export function newLines(patch) {
  const lines = [];
  let next;
  for (const text of patch.split("\n")) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk) next = Number(hunk[1]);
    else if (next !== undefined && /^[+ ]/.test(text)) {
      lines.push({ line: next, text: text.slice(1), added: text.startsWith("+") });
      next += 1;
    }
  }
  return lines;
}

/** Numbers of the lines that a review may comment on. */
export function commentableLines(patch) {
  return new Set(newLines(patch).map(({ line }) => line));
}
