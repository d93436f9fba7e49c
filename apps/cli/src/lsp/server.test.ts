import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  CompletionRequest,
  createConnection,
  createProtocolConnection,
  DefinitionRequest,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidOpenTextDocumentNotification,
  DocumentSymbolRequest,
  HoverRequest,
  InitializeRequest,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { startServer } from "./server.js";

let folder: string;
let client: ProtocolConnection;
let told: {
  readonly uri: string;
  readonly version?: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "aiw-lsp-"));
  told = [];
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  startServer(server, { env: { PATH: "" }, cwd: folder });
  client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  client.onNotification(PublishDiagnosticsNotification.type, (params) => void told.push(params));
  client.listen();
  const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: "project" }];
  const params = { processId: null, rootUri: null, capabilities: {}, workspaceFolders };
  await client.sendRequest(InitializeRequest.type, params);
});

afterEach(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function open(text: string, uri = pathToFileURL(join(folder, "flow.md")).href): Promise<string> {
  const textDocument = { uri, languageId: "markdown", version: 1, text };
  await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  return uri;
}

async function diagnostics(fits: (found: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const last = told.at(-1)?.diagnostics;
    if (last !== undefined && fits(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("nothing that fits was told");
}

const flow = (steps: string) => `---\naiw: 1\n---\n## Steps\n\n### Go\n${steps.replaceAll("'''", "```")}\n`;

it("tells places of a file with a byte order mark, line ends of any kind and characters of any width", async () => {
  const text = `\ufeff---\r\naiw: 1\r\n---\r\n## Steps\r\n\r\n### Go\r\n🐉 翻訳 {{ inputs.x }}\r\n`;
  const uri = await open(text);
  const [found] = await diagnostics((now) => now.length > 0);
  expect(found).toMatchObject({
    code: "E201",
    range: { start: { line: 6, character: 16 }, end: { line: 6, character: 17 } },
  });
  const symbols = await client.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
  expect(symbols).toMatchObject([{ name: "Steps", selectionRange: { start: { line: 3, character: 3 } } }]);
});

it("tells the first line of a file with a byte order mark where it is", async () => {
  const uri = await open("\ufeff# Title\n\n## Steps\n\n### Go\n```bash run\nmake\n```\n");
  const [warning] = await diagnostics((now) => now.length > 0);
  expect(warning).toMatchObject({ code: "W003", severity: 2, range: { start: { line: 0, character: 1 } } });
  const symbols = await client.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
  expect(symbols).toMatchObject([{ name: "Title", selectionRange: { start: { line: 0, character: 3 } } }]);
});

it("tells the end of a burst of changes, and nothing of what was in between", async () => {
  const uri = await open(flow("Start."));
  for (let version = 2; version <= 20; version += 1) {
    const contentChanges = [{ text: flow(version === 20 ? "{{ inputs.last }}" : `{{ inputs.number_${version} }}`) }];
    await client.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges,
    });
  }
  await diagnostics((now) => now.some(({ message }) => String(message).includes("'last'")));
  expect(
    told.filter(({ diagnostics: found }) => found.some(({ message }) => String(message).includes("number_"))),
  ).toEqual([]);
  expect(told.at(-1)?.version).toBe(20);
});

it("serves a document that was never saved", async () => {
  const uri = await open(flow("'''yaml step\nretyr: 2\n'''\nGo."), "untitled:Untitled-1");
  expect(await diagnostics((now) => now.length > 0)).toMatchObject([{ code: "E110" }]);
  const position = { line: 7, character: 2 };
  expect(await client.sendRequest(HoverRequest.type, { textDocument: { uri }, position })).toBeNull();
  expect(await client.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position })).toBeNull();
});

it("offers the agents of the project, those that its configuration adds among them", async () => {
  writeFileSync(join(folder, "aiw.yaml"), "agents:\n  mine: { command: ./mine }\n");
  const uri = await open(flow("'''yaml step\nagent: \n'''\nGo."));
  const items = await client.sendRequest(CompletionRequest.type, {
    textDocument: { uri },
    position: { line: 7, character: 7 },
  });
  const labels = (Array.isArray(items) ? items : []).map(({ label }) => label);
  expect(labels).toEqual(expect.arrayContaining(["claude", "mine", "auto"]));
});

it("looks again when files around it change", async () => {
  await open(flow("'''yaml step\nuse: ./child.md\n'''"));
  expect(await diagnostics((now) => now.length > 0)).toMatchObject([{ code: "E307" }]);
  writeFileSync(join(folder, "child.md"), flow("Go."));
  await client.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [] });
  expect(await diagnostics((now) => now.length === 0)).toEqual([]);
});
