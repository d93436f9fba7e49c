import fc from "fast-check";

/** Texts that parsers stumble over. */
const nasty = [
  "{{",
  "}}",
  "```",
  "```yaml step",
  "```bash run",
  "~~~",
  "---",
  "### ",
  "## Steps",
  "#### Undo",
  "<!--",
  "\t",
  "\u0000",
  "\u202e",
  "\ud800",
  "&a",
  "*a",
  "<<: *a",
  "!!binary",
  "? ",
  "- - - -",
  "{{ steps.a.output }}",
  "{{ sections.a }}",
  "needs: [a",
  "__proto__: 1",
  "constructor: x",
  "id: __proto__",
  ": ",
  "|2-",
  ">+",
  '"\\u',
  "'",
  "\r",
  "\u2028",
  "aiw: 1",
  "$schema: ./x.json",
  "1e999",
  "#### Undo\n```bash run\nrm x\n```",
  "## On failure\n### f\n{{ error.message }}",
  "## Finally\n### g\n{{ run.status }} {{ steps.a.text }}",
  "foreach: [1, 2]",
  "foreach: { agent: [a], b: inputs.x }",
  "foreach: steps.a.items",
  "as: steps",
  "repeat: { until: text == '', max: 3 }",
  "repeat: { from: a, until: output, max: 2 }",
  "session: a",
  "approval: { fields: { x?: string } }",
  "wait: { signal: x, schema: string }",
  "wait: { until: steps.a.output }",
  "use: ./child.md",
  "use: '@a/b@^1'",
  "apply: a",
  "workspace: a",
  "agent: { any: [a, b], by: cost }",
  "budget: { usd: 1 }",
  "cache: 7d",
  "effects: [patch]",
  'on: { schedule: "0 7 * * *" }',
  "on: [{ webhook: { path: /x, if: event.body.a, inputs: { a: 1 } } }]",
  "concurrency: { key: x }",
  "tools: { x: { mcp: { command: y } } }",
];

/** One change of a text. */
export const mutation = fc.record({
  kind: fc.constantFrom("delete", "duplicate", "swap", "insert", "cut", "replace", "bytes"),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  text: fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary", maxLength: 12 })),
});
/** Which change. */
export type Mutation = { kind: string; at: number; to: number; text: string };

/** Changes a text. */
export function mutate(text: string, { kind, at, to, text: inserted }: Mutation): string {
  const lines = text.split("\n");
  const first = Math.floor(at * lines.length);
  const second = Math.floor(to * lines.length);
  const offset = Math.floor(at * text.length);
  switch (kind) {
    case "delete":
      return lines.toSpliced(first, 1).join("\n");
    case "duplicate":
      return lines.toSpliced(first, 0, ...lines.slice(second, second + 8)).join("\n");
    case "swap":
      return lines
        .with(first, lines[second] ?? "")
        .with(second, lines[first] ?? "")
        .join("\n");
    case "insert":
      return text.slice(0, offset) + inserted + text.slice(offset);
    case "cut":
      return text.slice(0, offset);
    case "replace":
      return text.slice(0, offset) + inserted + text.slice(offset + inserted.length);
    default:
      return text.slice(0, offset) + inserted.repeat(1 + Math.floor(to * 40)) + text.slice(offset);
  }
}
