import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type AiwError, isAiwError } from "@aiw/core";
import type { Completion, CompletionKind, FileSymbol, Problem } from "@aiw/markdown";
import { findBundleWorkflow } from "@aiw/runtime";
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  type Location,
  LSPErrorCodes,
  MarkupKind,
  type Position,
  type Range,
  ResponseError,
  SymbolKind,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { diagnosticOf } from "./diagnostics.js";
import type { OpenFile } from "./workspace.js";

const completionKinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  step: CompletionItemKind.Reference,
  name: CompletionItemKind.Variable,
  field: CompletionItemKind.Field,
  function: CompletionItemKind.Function,
  method: CompletionItemKind.Method,
  agent: CompletionItemKind.Module,
  tool: CompletionItemKind.Interface,
  secret: CompletionItemKind.Constant,
  type: CompletionItemKind.TypeParameter,
  fence: CompletionItemKind.Snippet,
  heading: CompletionItemKind.Keyword,
};

/** What may stand at a position, in the order in which it is likely. */
export function completionsAt(file: OpenFile, position: Position): readonly CompletionItem[] {
  const { analysis, at } = file;
  return analysis.completionsAt(at.offsetAt(position)).map((each, index) => completionItem(each, index, file));
}

function completionItem({ label, kind, detail, about, text, range }: Completion, index: number, { at }: OpenFile) {
  return {
    label,
    kind: completionKinds[kind],
    // Editors sort by name otherwise.
    sortText: String(index).padStart(4, "0"),
    textEdit: at.edit({ ...range, text }),
    ...(detail === undefined ? {} : { detail }),
    ...(about === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: about } }),
  };
}

/** What is known of a position. */
export function hoverAt({ analysis, at }: OpenFile, position: Position): Hover | null {
  const found = analysis.hoverAt(at.offsetAt(position));
  if (found === undefined) return null;
  return { range: at.range(found.range), contents: { kind: MarkupKind.Markdown, value: found.markdown } };
}

/** Where the thing at a position is declared. */
export async function definitionAt(file: OpenFile, position: Position): Promise<Location | null> {
  const { analysis, at, document, path } = file;
  const found = analysis.definitionAt(at.offsetAt(position));
  if (found === undefined) return null;
  if ("range" in found) return { uri: document.uri, range: at.range(found.range) };
  if (path === undefined) return null;
  const target = resolve(dirname(path), found.file);
  const workflow = (await findBundleWorkflow(target)) ?? target;
  if (!existsSync(workflow)) return null;
  const start = { line: 0, character: 0 };
  return { uri: pathToFileURL(workflow).href, range: { start, end: start } };
}

/** Every place of the document that names the same thing. */
export function referencesAt(
  { analysis, at, document }: OpenFile,
  position: Position,
  includeDeclaration: boolean,
): readonly Location[] {
  return analysis
    .referencesAt(at.offsetAt(position))
    .filter(({ isDeclaration }) => includeDeclaration || !isDeclaration)
    .map((found) => ({ uri: document.uri, range: at.range(found) }));
}

/** What a renaming at a position would replace first. */
export function renameTargetAt({ analysis, at }: OpenFile, position: Position) {
  const target = analysis.renameTargetAt(at.offsetAt(position));
  return target === undefined ? null : { range: at.range(target.range), placeholder: target.placeholder };
}

/** @throws ResponseError that says why it cannot be renamed so. */
export function renameAt({ analysis, at, document }: OpenFile, position: Position, name: string): WorkspaceEdit {
  try {
    const { changes } = analysis.renameAt(at.offsetAt(position), name);
    return { changes: { [document.uri]: changes.map((change) => at.edit(change)) } };
  } catch (error) {
    throw isAiwError(error) ? refusal(error) : error;
  }
}

function refusal({ message, hint }: AiwError): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, hint === undefined ? message : `${message}; ${hint}`);
}

/** What gives the document its layout; of a file that cannot be read, nothing: its problems are shown. */
export function formatted({ analysis, at }: OpenFile): readonly TextEdit[] {
  try {
    return analysis.format().map((change) => at.edit(change));
  } catch (error) {
    if (isAiwError(error, "workflow_invalid")) return [];
    throw error;
  }
}

const symbolKinds: Readonly<Record<FileSymbol["kind"], SymbolKind>> = {
  title: SymbolKind.Module,
  section: SymbolKind.String,
  steps: SymbolKind.Namespace,
  step: SymbolKind.Function,
  undo: SymbolKind.Event,
  input: SymbolKind.Variable,
};

/** The outline of the document. */
export function symbolsOf({ analysis, at }: OpenFile): readonly DocumentSymbol[] {
  const symbolOf = ({ name, kind, detail, range, nameRange, children }: FileSymbol): DocumentSymbol => ({
    name,
    kind: symbolKinds[kind],
    range: at.range(range),
    selectionRange: at.range(nameRange),
    children: children.map(symbolOf),
    ...(detail === undefined ? {} : { detail }),
  });
  return analysis.symbols().map(symbolOf);
}

/** Quick fixes of the problems in a range. */
export function actionsIn(file: OpenFile, range: Range, shown: readonly Diagnostic[]): readonly CodeAction[] {
  const { analysis } = file;
  if (!analysis.isWorkflow) return [];
  return analysis.problems.flatMap((problem) => actionOf(file, { problem, range, shown }) ?? []);
}

interface Asked {
  readonly problem: Problem;
  readonly range: Range;
  readonly shown: readonly Diagnostic[];
}

function actionOf(file: OpenFile, { problem, range, shown }: Asked): CodeAction | undefined {
  const own = diagnosticOf(problem, file);
  if (isBefore(own.range.end, range.start) || isBefore(range.end, own.range.start)) return undefined;
  const fix = file.analysis.fixOf(problem);
  if (fix === undefined) return undefined;
  const same = shown.filter(({ code, range: at }) => code === own.code && isSame(at, own.range));
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    isPreferred: true,
    diagnostics: same.length === 0 ? [own] : same,
    edit: { changes: { [file.document.uri]: [file.at.edit(fix.change)] } },
  };
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function isSame(a: Range, b: Range): boolean {
  return (
    !isBefore(a.start, b.start) && !isBefore(b.start, a.start) && !isBefore(a.end, b.end) && !isBefore(b.end, a.end)
  );
}
