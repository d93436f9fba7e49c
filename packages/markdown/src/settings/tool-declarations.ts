import type { ToolDeclaration } from "@aiw/core";
import type { YamlMap, YamlNode } from "../yaml/nodes.js";
import { readEnv } from "./env.js";
import { given, innerReader } from "./key-reader.js";
import { type TemplateSink, valueTemplate } from "./templates.js";
import { type Place, readMap, readText, readTexts, refuse } from "./values.js";

/** `{ github: { mcp: { command | url, env } }, api: { openapi: ./spec.yaml, auth }, local: ./tools }`. */
export function readToolDeclarations(
  node: YamlNode,
  place: Place,
  sink: TemplateSink,
): Readonly<Record<string, ToolDeclaration>> | undefined {
  const entries = readMap(node, place)?.entries.flatMap(
    ({ key, at, value }): (readonly [string, ToolDeclaration])[] => {
      if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key)) {
        const help = "use letters, digits, '_' and '-', a letter first";
        place.report.add("E115", at, `'${key}' is no name of a tool`, help);
        return [];
      }
      const declaration = readDeclaration(value, { ...place, key: `${place.key}.${key}` }, sink);
      return declaration === undefined ? [] : [[key, declaration]];
    },
  );
  return entries === undefined ? undefined : Object.fromEntries(entries);
}

function readDeclaration(node: YamlNode, place: Place, sink: TemplateSink): ToolDeclaration | undefined {
  if (node.kind === "map") return readServer(node, place, sink);
  const folder = readText(node, place);
  if (folder === undefined) return undefined;
  if (isInside(folder.value)) return { kind: "scripts", folder: folder.value };
  place.report.add("E112", folder, `'${folder.value}' is no folder below the workflow's`, "write local: ./tools");
  return undefined;
}

function readServer(map: YamlMap, place: Place, sink: TemplateSink): ToolDeclaration | undefined {
  const keys = innerReader(map, place, ["mcp", "openapi", "auth"]);
  if (keys.has("mcp") === keys.has("openapi")) {
    const help = "write { mcp: { command: … } }, { openapi: ./spec.yaml } or a folder";
    place.report.add("E112", map, `'${place.key}' is declared by either mcp or openapi`, help);
    return undefined;
  }
  const auth = keys.entry("auth");
  if (keys.has("mcp") && auth !== undefined) {
    place.report.add("E111", auth.at, "'auth' has no effect on an MCP server", "give it its key under env");
  }
  if (keys.has("mcp")) return keys.read("mcp", (value, at) => readMcp(value, at, sink));
  const document = keys.read("openapi", readDocument);
  const value = auth === undefined ? undefined : valueTemplate(auth.value, sink, "tool-auth");
  return document === undefined ? undefined : { kind: "openapi", document, ...given({ auth: value }) };
}

function readMcp(node: YamlNode, place: Place, sink: TemplateSink): ToolDeclaration | undefined {
  const map = readMap(node, place);
  if (map === undefined) return undefined;
  const keys = innerReader(map, place, ["command", "url", "env"]);
  if (keys.has("command") === keys.has("url")) {
    place.report.add(
      "E112",
      map,
      "an MCP server has either a command or a url",
      "write { command: [npx, -y, server] }",
    );
    return undefined;
  }
  const env = keys.read("env", (value, at) => readEnv(value, sink, at, "tool-env")) ?? {};
  const command = keys.read("command", readCommand);
  if (command !== undefined) return { kind: "mcp", server: { command }, env };
  const url = keys.read("url", readUrl);
  return url === undefined ? undefined : { kind: "mcp", server: { url }, env };
}

/** `[npx, -y, server]`, or the same in one text without quotes. */
function readCommand(node: YamlNode, place: Place): readonly string[] | undefined {
  const words =
    node.kind === "list"
      ? readTexts(node, place)?.map(({ value }) => value)
      : readText(node, place)
          ?.value.split(/\s+/)
          .filter((word) => word !== "");
  if (words === undefined) return undefined;
  if (node.kind !== "list" && words.some((word) => /["'\\$`|&;<>]/.test(word))) {
    refuse(node, place, "a program and its arguments without quotes", "write a list: [npx, -y, server]");
    return undefined;
  }
  if (words.length === 0 || words[0] === "") refuse(node, place, "a program and its arguments");
  return words;
}

function readUrl(node: YamlNode, place: Place): string | undefined {
  const text = readText(node, place);
  if (text === undefined || /^https?:\/\/[^\s/]+/.test(text.value)) return text?.value;
  place.report.add("E112", text, `'${text.value}' is no address of a server`, "write https://…");
  return undefined;
}

function readDocument(node: YamlNode, place: Place): string | undefined {
  const text = readText(node, place);
  if (text === undefined || isInside(text.value) || /^https:\/\/[^\s/]+/.test(text.value)) return text?.value;
  place.report.add(
    "E112",
    text,
    `'${text.value}' is no file below the workflow's folder`,
    "write openapi: ./spec.yaml",
  );
  return undefined;
}

/** A relative path that does not leave its folder. */
function isInside(path: string): boolean {
  return path !== "" && !/^(?:[\\/]|[A-Za-z]:)/.test(path) && !path.split(/[\\/]/).includes("..");
}
