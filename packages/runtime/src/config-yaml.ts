import type { Json } from "@aiw/core";
import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "./yaml.js";

/** A mistake in the file. */
export interface ConfigFault {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** Lower case, one sentence. */
  readonly message: string;
  readonly help?: string | undefined;
}

/** The parsed `aiw.yaml`. */
export interface ConfigYaml {
  /** What is wrong with the YAML itself; with any, the value is null. */
  readonly faults: readonly ConfigFault[];
  readonly value: Json;
  /** Where the value at a path stands, or its key; of the nearest parent when there is none. */
  at(path: readonly (string | number)[], part: "key" | "value"): { readonly line: number; readonly column: number };
}

/** Parses strict YAML without aliases. */
export function readConfigYaml(text: string): ConfigYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults: ConfigFault[] = document.errors.map((error) => ({
    ...place(error.pos[0]),
    message: plainMessage(error.message),
    help: "correct the YAML",
  }));
  visit(document, (_key, node) => {
    if (!isAlias(node)) return;
    faults.push({
      ...place(node.range?.[0] ?? 0),
      message: "aliases are not allowed",
      help: "write the value out",
    });
  });
  const value: Json = faults.length > 0 ? null : document.toJS();
  return { faults, value, at: (path, part) => place(offsetOf(path, part)) };

  function offsetOf(path: readonly (string | number)[], part: "key" | "value"): number {
    if (path.length === 0) return document.contents?.range?.[0] ?? 0;
    const above = path.slice(0, -1);
    const parent = above.length === 0 ? document.contents : document.getIn(above, true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
      : undefined;
    const key = isNode(pair?.key) ? pair.key.range?.[0] : undefined;
    const node = document.getIn(path, true);
    const found = isNode(node) ? node.range?.[0] : undefined;
    return (part === "key" ? (key ?? found) : (found ?? key)) ?? offsetOf(above, "key");
  }
}

/** The library repeats the place and the line of the file. */
function plainMessage(message: string): string {
  const line = message.split("\n")[0] ?? message;
  return line.replace(/ at line \d+, column \d+:?$/, "").replace(/^./, (letter) => letter.toLowerCase());
}
