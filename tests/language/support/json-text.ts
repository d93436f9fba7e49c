/** The widest line, as the formatter of this repository has it. */
const width = 120;

/**
 * JSON for people to compare line by line: whatever fits into a line stands in one, but each step and each problem
 * begins its own.
 */
export function jsonText(value: unknown): string {
  return `${print(value, 0, 0)}\n`;
}

/** @param used - Columns that the line has already. */
function print(value: unknown, indent: number, used: number): string {
  const inline = printInline(value);
  // A comma may follow.
  if (!hasOwnLines(value) && used + [...inline].length + 1 <= width) return inline;
  const pad = " ".repeat(indent + 2);
  const end = `\n${" ".repeat(indent)}`;
  if (Array.isArray(value)) {
    const items = value.map((item) => pad + print(item, indent + 2, indent + 2));
    return `[\n${items.join(",\n")}${end}]`;
  }
  if (!isRecord(value)) return inline;
  const entries = Object.entries(value).map(([key, item]) => {
    const head = `${pad}${JSON.stringify(key)}: `;
    return head + print(item, indent + 2, head.length);
  });
  return `{\n${entries.join(",\n")}${end}}`;
}

function printInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printInline).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${printInline(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function hasOwnLines(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasOwnLines);
  if (!isRecord(value)) return false;
  return "steps" in value || "onError" in value || "code" in value || Object.values(value).some(hasOwnLines);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
