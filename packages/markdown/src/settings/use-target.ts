import type { YamlNode } from "../yaml/nodes.js";
import { type Place, readText } from "./values.js";

const path = /^\.{1,2}\/(?!\/)\S/;
const packaged = /^@[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*(?:\/[\w.-]+)*(?:@\S+)?$/i;

/** `./file.md`, `./folder`, `./review.flow.yaml`, `@scope/package/flow@^1`. */
export function readUseTarget(node: YamlNode, place: Place): string | undefined {
  const text = readText(node, place);
  if (text === undefined) return undefined;
  if (path.test(text.value) || packaged.test(text.value)) return text.value;
  const isPath = /^[\w][\w./ -]*$/.test(text.value);
  const help = isPath ? `write ./${text.value}` : "write ./file.md, ./folder or @scope/package/flow@^1";
  place.report.add("E306", text, `'${text.value}' names no workflow`, help);
  return undefined;
}
