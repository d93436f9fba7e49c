import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadMarkdown } from "@aiw/markdown";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  type Diagnostic,
  DidCloseTextDocumentNotification,
  DidSaveTextDocumentNotification,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
} from "vscode-languageserver-protocol/node";
import { createProject, type Project } from "../support/cli.js";
import { type Editor, edited, positionAt, review, startEditor } from "../support/editor.js";

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

const isClean = (found: readonly Diagnostic[]) => found.length === 0;
const codes = (found: readonly Diagnostic[]) => found.map(({ code }) => code);

describe("aiw lsp", () => {
  it("says what it can do", async () => {
    const { capabilities, serverInfo } = await editor.initialize();
    expect(serverInfo?.name).toBe("aiw");
    expect(capabilities).toMatchObject({
      textDocumentSync: { change: 2 },
      completionProvider: { triggerCharacters: ["{", ".", ":", "[", " "] },
      renameProvider: { prepareProvider: true },
    });
  });

  it("shows what is wrong with a file until it is mended", async () => {
    await editor.initialize();
    await editor.open(
      "review.md",
      review.replace("steps.review.output.score }} for", "steps.reviw.output.score }} for"),
    );
    const found = await editor.diagnostics("review.md", (now) => now.length > 0);
    expect(found).toMatchObject([
      { code: "E211", severity: 1, source: "aiw", message: "there is no step 'reviw'\nhelp: did you mean 'review'?" },
    ]);
    const line = editor.text("review.md").split("\n")[found[0]?.range.start.line ?? 0] ?? "";
    expect(line.slice(found[0]?.range.start.character, found[0]?.range.end.character)).toBe("reviw");
    await editor.change("review.md", "reviw", "review");
    await editor.diagnostics("review.md", isClean);
  });

  it("offers the change that mends a mistake", async () => {
    await editor.initialize();
    const uri = await editor.open("review.md", review.replace("retry: 2", "retyr: 2"));
    const [problem] = await editor.diagnostics("review.md", (now) => now.length > 0);
    if (problem === undefined) throw new Error("nothing was told");
    const params = { textDocument: { uri }, range: problem.range, context: { diagnostics: [problem] } };
    const actions = await editor.connection.sendRequest(CodeActionRequest.type, params);
    expect(actions).toMatchObject([{ title: "change 'retyr' to 'retry'", kind: "quickfix", isPreferred: true }]);
    const [action] = actions ?? [];
    const edits = action !== undefined && "edit" in action ? (action.edit?.changes?.[uri] ?? []) : [];
    expect(edited(editor.text("review.md"), edits)).toBe(review);
  });

  it("completes keys, ids and fields while the file has mistakes", async () => {
    await editor.initialize();
    await editor.open("review.md", review);
    const labels = async (part: string) => {
      const items = await editor.connection.sendRequest(CompletionRequest.type, editor.behind("review.md", part));
      return (Array.isArray(items) ? items : (items?.items ?? [])).map(({ label }) => label);
    };
    await editor.change("review.md", "retry: 2", "retry: 2\non-");
    expect(await labels("\non-")).toContain("on-error");
    await editor.change("review.md", "\non-", "\non-error: \nneeds: [");
    expect(await labels("on-error: ")).toEqual(["fail", "continue"]);
    expect(await labels("on-error: \nneeds: [")).toEqual(["collect_the_diff", "review"]);
    await editor.change("review.md", "Score {{ steps.review.output.score", "Score {{ steps.review.output.");
    await editor.change("review.md", "\nneeds: [\n", "\n");
    expect(await labels("Score {{ steps.")).toEqual(["collect_the_diff", "review"]);
    expect(await labels("Score {{ steps.review.output.")).toEqual(expect.arrayContaining(["score", "issues"]));
    expect(await labels('BASE: "{{ ')).toContain("inputs");
  });

  it("puts a completion into the place of the word that is being typed", async () => {
    await editor.initialize();
    await editor.open("review.md", review.replace("steps.review.output.score", "steps.review.output.sco"));
    const place = editor.behind("review.md", "steps.review.output.sco");
    const items = await editor.connection.sendRequest(CompletionRequest.type, place);
    const score = (Array.isArray(items) ? items : []).find(({ label }) => label === "score");
    expect(score).toMatchObject({ detail: "integer" });
    const edit = score?.textEdit;
    if (edit === undefined || !("range" in edit)) throw new Error("no edit was given");
    expect(edited(editor.text("review.md"), [edit])).toBe(review);
  });

  it("tells types and the facts of steps", async () => {
    await editor.initialize();
    await editor.open("review.md", review);
    const hover = async (part: string) => {
      const found = await editor.connection.sendRequest(HoverRequest.type, editor.behind("review.md", part));
      const contents = found?.contents ?? "";
      return typeof contents === "object" && "value" in contents ? contents.value : "";
    };
    expect(await hover("Score {{ steps.review.output.sc")).toContain("steps.review.output.score: integer");
    expect(await hover("Score {{ steps.rev")).toContain("waits for `collect_the_diff`");
    expect(await hover("ret")).toContain("**retry**");
  });

  it("renames a step with everything that names it", async () => {
    await editor.initialize();
    const uri = await editor.open("review.md", review);
    const place = editor.behind("review.md", "needs: [collect");
    const target = await editor.connection.sendRequest(PrepareRenameRequest.type, place);
    expect(target).toMatchObject({ placeholder: "collect_the_diff" });
    const edit = await editor.connection.sendRequest(RenameRequest.type, { ...place, newName: "diff" });
    const after = edited(review, edit?.changes?.[uri] ?? []);
    expect(after.match(/\bdiff\b/g)?.length).toBeGreaterThanOrEqual(4);
    expect(after).not.toContain("collect_the_diff");
    expect(loadMarkdown(after, { file: "review.md" }).problems).toEqual([]);
    await editor.change("review.md", review, after);
    await editor.diagnostics("review.md", isClean);
    const refused = editor.connection.sendRequest(RenameRequest.type, {
      ...editor.behind("review.md", "needs: [diff"),
      newName: "review",
    });
    await expect(refused).rejects.toThrow("there is a step 'review' already");
  });

  it("goes to declarations and finds references", async () => {
    await editor.initialize();
    const uri = await editor.open("review.md", review);
    const definition = async (part: string) =>
      await editor.connection.sendRequest(DefinitionRequest.type, editor.behind("review.md", part));
    const heading = review.split("\n").indexOf("### Collect the diff");
    expect(await definition("needs: [collect")).toMatchObject({
      uri,
      range: { start: { line: heading, character: 4 } },
    });
    expect(await definition("{{ inputs.ba")).toMatchObject({ uri, range: { start: { line: 3, character: 2 } } });
    const references = await editor.connection.sendRequest(ReferencesRequest.type, {
      ...editor.behind("review.md", "needs: [collect"),
      context: { includeDeclaration: false },
    });
    expect(references).toHaveLength(3);
  });

  it("formats, and gives the outline", async () => {
    await editor.initialize();
    const uri = await editor.open("review.md", review.replace("retry: 2", "retry:    2"));
    const options = { tabSize: 2, insertSpaces: true };
    const request = { textDocument: { uri }, options };
    const edits = await editor.connection.sendRequest(DocumentFormattingRequest.type, request);
    const after = edited(editor.text("review.md"), edits ?? []);
    expect(after).toContain("\nretry: 2\n");
    expect(loadMarkdown(after, { file: "review.md" }).problems).toEqual([]);
    const symbols = await editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
    expect(symbols).toMatchObject([{ name: "base" }, { name: "Code review 翻訳", children: [{ name: "Steps" }] }]);
  });

  it("tells the problems of sub-workflows, and uses the tools of a bundle", async () => {
    mkdirSync(join(project.folder, "bundle", "tools"), { recursive: true });
    writeFileSync(join(project.folder, "bundle", "tools", "lint"), "#!/bin/sh\necho ok\n", { mode: 0o755 });
    const child = project.write("child.md", "---\naiw: 1\n---\n## Steps\n\n### Go\nRead {{ inputs.nosuch }}.\n");
    const parent =
      "---\naiw: 1\n---\n## Steps\n\n### Go\n```yaml step\nuse: ../child.md\n```\n\n### Lint\n```yaml step\ntool: lnit\n```\n";
    writeFileSync(join(project.folder, "bundle", "workflow.md"), parent);
    await editor.initialize();
    const uri = await editor.open("bundle/workflow.md", parent);
    const found = await editor.diagnostics("bundle/workflow.md", (now) => now.length > 0);
    expect(codes(found)).toEqual(["E307", "E301"]);
    expect(found[0]?.relatedInformation).toMatchObject([{ location: { uri: pathToFileURL(child).href } }]);
    const target = await editor.connection.sendRequest(
      DefinitionRequest.type,
      editor.behind("bundle/workflow.md", "use: ../chi"),
    );
    expect(target).toMatchObject({ uri: pathToFileURL(child).href });
    // Mended on disk and saved: whoever uses it is looked at again.
    project.write("child.md", readFileSync(child, "utf8").replace("{{ inputs.nosuch }}", "this"));
    await editor.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri } });
    expect(codes(await editor.diagnostics("bundle/workflow.md", (now) => now.length === 1))).toEqual(["E301"]);
  });

  it("says that the tools of a bundle are broken, and goes on without them", async () => {
    mkdirSync(join(project.folder, "tools"));
    project.write("tools.yaml", "tools: 1\n");
    const text = "---\naiw: 1\n---\n## Steps\n\n### Go\n```yaml step\ntool: anything\n```\n";
    project.write("workflow.md", text);
    await editor.initialize();
    await editor.open("workflow.md", text);
    expect(codes(await editor.diagnostics("workflow.md", (now) => now.length > 0))).toEqual(["tool_invalid"]);
  });

  it("shows what is wrong with a workflow in pure YAML", async () => {
    await editor.initialize();
    await editor.open("go.flow.yaml", "aiw: 1\nsteps:\n  - title: Go\n    promt: Go.\n", "yaml");
    expect(codes(await editor.diagnostics("go.flow.yaml", (now) => now.length > 0))).toContain("E110");
    await editor.change("go.flow.yaml", "promt", "prompt");
    await editor.diagnostics("go.flow.yaml", isClean);
  });

  it("leaves other Markdown and other YAML alone", async () => {
    await editor.initialize();
    await editor.open("notes.md", "# Notes\n\n## Steps\n\n### Broken {{ steps.\n");
    await editor.open("values.yaml", "name: x\nsteps: {{ x }}\n", "yaml");
    await editor.open("review.md", review.replace("retry: 2", "retyr: 2"));
    await editor.diagnostics("review.md", (now) => now.length > 0);
    expect(editor.told("notes.md")).toBe(0);
    expect(editor.told("values.yaml")).toBe(0);
    const items = await editor.connection.sendRequest(CompletionRequest.type, editor.behind("notes.md", "{{ steps."));
    expect(items).toEqual([]);
    // What stops being a workflow has no problems of one any more.
    await editor.change("review.md", editor.text("review.md"), "# Notes\n");
    await editor.diagnostics("review.md", isClean);
  });

  it("forgets a file that is closed", async () => {
    await editor.initialize();
    const uri = await editor.open("review.md", review.replace("retry: 2", "retyr: 2"));
    await editor.diagnostics("review.md", (now) => now.length > 0);
    await editor.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    await editor.diagnostics("review.md", isClean);
    expect(await editor.connection.sendRequest(HoverRequest.type, editor.behind("review.md", "ret"))).toBeNull();
  });

  it("keeps up with somebody who types", async () => {
    await editor.initialize();
    await editor.open("review.md", review);
    const typed = "\n### Last\nSee {{ steps.review.output.issues.map(issue, issue.file).join(', ') }}.\n";
    for (let end = 1; end <= typed.length; end += 1) {
      const before = editor.text("review.md");
      await editor.change("review.md", before, review + typed.slice(0, end));
      const place = {
        textDocument: editor.behind("review.md", "aiw").textDocument,
        position: positionAt(review + typed.slice(0, end), 1e9),
      };
      await editor.connection.sendRequest(CompletionRequest.type, place);
    }
    await editor.diagnostics("review.md", isClean);
  });
});
