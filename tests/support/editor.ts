import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver-protocol/node";
import { cliFile, type Project } from "./cli.js";
import { until } from "./until.js";

/** An editor with one server of its own. */
export interface Editor {
  readonly child: ChildProcess;
  readonly connection: ProtocolConnection;
  readonly exited: Promise<number | null>;
  readonly stderr: () => string;
  initialize(): Promise<InitializeResult>;
  open(name: string, text: string, languageId?: string): Promise<string>;
  /** Replaces a part of the text, once. */
  change(name: string, part: string, by: string): Promise<void>;
  text(name: string): string;
  /** The position behind the first occurrence of a text. */
  behind(name: string, part: string): { readonly textDocument: { readonly uri: string }; readonly position: Position };
  /** What the server last told of a file; waits until it tells something that fits. */
  diagnostics(name: string, fits: (found: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]>;
  /** Ends the server, whatever it does. */
  close(): Promise<void>;
  /** How often it told something of a file. */
  told(name: string): number;
}

/** Starts `aiw lsp` as an editor does. */
export function startEditor({ folder, env }: Project): Editor {
  const child = spawn(process.execPath, [cliFile, "lsp"], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  child.stdin.on("error", () => undefined);
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const found = new Map<string, (readonly Diagnostic[])[]>();
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    found.set(uri, [...(found.get(uri) ?? []), diagnostics]);
  });
  connection.listen();
  const texts = new Map<string, { text: string; version: number }>();
  const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;
  const text = (name: string) => texts.get(uriOf(name))?.text ?? "";
  return {
    child,
    connection,
    exited,
    text,
    async close() {
      connection.dispose();
      child.kill("SIGKILL");
      await exited;
    },
    stderr: () => errors.join(""),
    async initialize() {
      const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: "project" }];
      const params = { processId: process.pid, rootUri: null, capabilities: {}, workspaceFolders };
      const result = await connection.sendRequest(InitializeRequest.type, params);
      await connection.sendNotification(InitializedNotification.type, {});
      return result;
    },
    async open(name, opened, languageId = "markdown") {
      const uri = uriOf(name);
      texts.set(uri, { text: opened, version: 1 });
      const textDocument = { uri, languageId, version: 1, text: opened };
      await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
      return uri;
    },
    async change(name, part, by) {
      const uri = uriOf(name);
      const { text: before, version } = texts.get(uri) ?? { text: "", version: 0 };
      const start = before.indexOf(part);
      if (start === -1) throw new Error(`'${part}' does not stand in ${name}`);
      const range = { start: positionAt(before, start), end: positionAt(before, start + part.length) };
      texts.set(uri, { text: before.replace(part, () => by), version: version + 1 });
      const textDocument = { uri, version: version + 1 };
      const contentChanges = [{ range, text: by }];
      await connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges });
    },
    behind: (name, part) => ({
      textDocument: { uri: uriOf(name) },
      position: positionAt(text(name), text(name).indexOf(part) + part.length),
    }),
    async diagnostics(name, fits) {
      const last = () => found.get(uriOf(name))?.at(-1);
      await until(() => {
        const now = last();
        return now !== undefined && fits(now);
      });
      return last() ?? [];
    },
    told: (name) => found.get(uriOf(name))?.length ?? 0,
  };
}

/** The position of an offset. */
export function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** The text after edits of it. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const offset = ({ line, character }: Position) =>
    text.split("\n").slice(0, line).join("\n").length + (line === 0 ? 0 : 1) + character;
  const sorted = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return sorted.reduce(
    (result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
    text,
  );
}

/** A workflow without mistakes. */
export const review = `---
aiw: 1
inputs:
  base: string = main
outputs: { score: steps.review.output.score }
---
# Code review 翻訳

## Steps

### Collect the diff
\`\`\`yaml step
env: { BASE: "{{ inputs.base }}" }
\`\`\`
\`\`\`bash run
git diff "$BASE...HEAD"
\`\`\`

### Review
\`\`\`yaml step
needs: [collect_the_diff]
output: { score: integer, issues: [{ file: string }] }
\`\`\`
Ünïcode 🐉 first, then the diff: {{ steps.collect_the_diff.text }}

### Report
\`\`\`yaml step
retry: 2
\`\`\`
Score {{ steps.review.output.score }} for {{ steps['collect_the_diff'].status }}.
`;
