import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CompletionRequest,
  DefinitionRequest,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  HoverRequest,
  RenameRequest,
  ShutdownRequest,
} from "vscode-languageserver-protocol/node";
import { createProject, type Project } from "../support/cli.js";
import { type Editor, review, startEditor } from "../support/editor.js";

let project: Project;
let editor: Editor;
beforeEach(() => {
  project = createProject("aiw-lsp-");
  mkdirSync(join(project.folder, ".git"));
  editor = startEditor(project);
});
afterEach(async () => {
  await editor.close();
  project.remove();
});

describe("the end of aiw lsp", () => {
  it("is 0 after shutdown and exit", async () => {
    await editor.initialize();
    await editor.connection.sendRequest(ShutdownRequest.type);
    await editor.connection.sendNotification(ExitNotification.type);
    expect(await editor.exited).toBe(0);
    expect(editor.stderr()).toBe("");
  });

  it("is 1 after exit alone", async () => {
    await editor.initialize();
    await editor.connection.sendNotification(ExitNotification.type);
    expect(await editor.exited).toBe(1);
  });

  it("comes when stdin is closed", async () => {
    await editor.initialize();
    await editor.open("review.md", review);
    editor.child.stdin?.end();
    expect(await editor.exited).toBe(1);
  });

  it("comes when stdin is closed before anything was said", async () => {
    editor.child.stdin?.end();
    expect(await editor.exited).toBe(1);
  });

  it("is a refusal with --json, which would mix with the protocol", async () => {
    const { code, stderr } = await project.aiw(["lsp", "--json"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--json has no meaning here");
  });
});

describe("bad messages", () => {
  it("refuses requests before it is initialized, unknown ones and those without sense, and goes on", async () => {
    const { connection } = editor;
    await expect(connection.sendRequest(HoverRequest.method, {})).rejects.toThrow();
    await editor.initialize();
    await expect(connection.sendRequest("nosuch/request", {})).rejects.toThrow();
    for (const params of [{}, null, { textDocument: 1 }, { textDocument: { uri: 1 }, position: "x" }, [1, 2]]) {
      await Promise.allSettled([
        connection.sendRequest(HoverRequest.method, params),
        connection.sendRequest(CompletionRequest.method, params),
        connection.sendRequest(RenameRequest.method, params),
        connection.sendNotification(DidOpenTextDocumentNotification.method, params),
        connection.sendNotification(DidChangeTextDocumentNotification.method, params),
      ]);
    }
    await editor.open("review.md", review.replace("retry: 2", "retyr: 2"));
    await editor.diagnostics("review.md", (now) => now.length > 0);
  });

  it("answers positions that there are not", async () => {
    await editor.initialize();
    const uri = await editor.open("review.md", review);
    for (const position of [
      { line: 1e6, character: 1e6 },
      { line: 0, character: 1e9 },
      { line: -1, character: -1 },
    ]) {
      const place = { textDocument: { uri }, position };
      const answers = await Promise.all([
        editor.connection.sendRequest(CompletionRequest.type, place),
        editor.connection.sendRequest(HoverRequest.type, place),
        editor.connection.sendRequest(DefinitionRequest.type, place),
      ]);
      expect(answers).toHaveLength(3);
    }
  });

  it("skips a message that is no JSON, and ends when stdin does", async () => {
    await editor.initialize();
    const broken = "{ not json";
    editor.child.stdin?.write(`Content-Length: ${broken.length}\r\n\r\n${broken}`);
    await editor.open("review.md", review.replace("retry: 2", "retyr: 2"));
    await editor.diagnostics("review.md", (now) => now.length > 0);
    editor.child.stdin?.end();
    expect(await editor.exited).toBe(1);
  });

  it("ends when stdin does after bytes that are no messages", async () => {
    editor.child.stdin?.write("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
    editor.child.stdin?.write(Buffer.alloc(100_000, 0xff));
    editor.child.stdin?.end();
    expect(await editor.exited).toBe(1);
  });
});
