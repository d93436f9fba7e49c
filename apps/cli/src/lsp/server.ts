import {
  CodeActionKind,
  type Connection,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { readVersion } from "../version.js";
import {
  actionsIn,
  completionsAt,
  definitionAt,
  formatted,
  hoverAt,
  referencesAt,
  renameAt,
  renameTargetAt,
  symbolsOf,
} from "./answers.js";
import { Publisher } from "./publisher.js";
import { type OpenFile, Workspace, type WorkspaceOptions } from "./workspace.js";

/** Characters after which an editor asks what may follow. */
const triggers = ["{", ".", ":", "[", " "];

/**
 * Serves workflows to an editor over a connection, until it ends.
 *
 * @see Microsoft, "Language Server Protocol Specification", version 3.17.
 */
export function startServer(connection: Connection, options: WorkspaceOptions): void {
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace(options);
  connection.onInitialize(({ workspaceFolders, rootUri }): InitializeResult => {
    workspace.setFolders(workspaceFolders?.map(({ uri }) => uri) ?? (rootUri === null ? [] : [rootUri]));
    return { capabilities: capabilities(), serverInfo: { name: "aiw", version: readVersion() } };
  });
  follow(connection, documents, workspace);
  answer(connection, async (uri, give, none) => {
    const document = documents.get(uri);
    return document === undefined ? none : await give(await workspace.read(document));
  });
  documents.listen(connection);
  connection.listen();
}

function capabilities(): InitializeResult["capabilities"] {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    completionProvider: { triggerCharacters: triggers },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    documentFormattingProvider: true,
    documentSymbolProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  };
}

/** Keeps what is shown in step with the documents, and with what lies around them. */
function follow(connection: Connection, documents: TextDocuments<TextDocument>, workspace: Workspace): void {
  const publisher = new Publisher(connection, workspace);
  const refresh = () => {
    workspace.reset();
    for (const document of documents.all()) publisher.schedule(document);
  };
  documents.onDidChangeContent(({ document }) => publisher.schedule(document));
  documents.onDidClose(async ({ document }) => {
    workspace.forget(document.uri);
    await publisher.clear(document.uri);
  });
  // A file that was saved may be used by another, or describe its tools.
  documents.onDidSave(refresh);
  connection.onDidChangeWatchedFiles(refresh);
}

/** Asks a document that is open; of any other there is nothing to say. */
type Ask = <T>(uri: string, give: (file: OpenFile) => T | Promise<T>, none: T) => Promise<T>;

function answer(connection: Connection, ask: Ask): void {
  connection.onCompletion(({ textDocument, position }) =>
    ask(textDocument.uri, (file) => [...completionsAt(file, position)], []),
  );
  connection.onHover(({ textDocument, position }) => ask(textDocument.uri, (file) => hoverAt(file, position), null));
  connection.onDefinition(({ textDocument, position }) =>
    ask(textDocument.uri, (file) => definitionAt(file, position), null),
  );
  connection.onReferences(({ textDocument, position, context }) =>
    ask(textDocument.uri, (file) => [...referencesAt(file, position, context.includeDeclaration)], []),
  );
  connection.onPrepareRename(({ textDocument, position }) =>
    ask(textDocument.uri, (file) => renameTargetAt(file, position), null),
  );
  connection.onRenameRequest(({ textDocument, position, newName }) =>
    ask(textDocument.uri, (file) => renameAt(file, position, newName), null),
  );
  connection.onDocumentFormatting(({ textDocument }) => ask(textDocument.uri, (file) => [...formatted(file)], []));
  connection.onDocumentSymbol(({ textDocument }) => ask(textDocument.uri, (file) => [...symbolsOf(file)], []));
  connection.onCodeAction(({ textDocument, range, context }) =>
    ask(textDocument.uri, (file) => [...actionsIn(file, range, context.diagnostics)], []),
  );
}
