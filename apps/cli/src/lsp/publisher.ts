import type { Connection } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { diagnosticsOf } from "./diagnostics.js";
import type { Workspace } from "./workspace.js";

/** Typing goes on: what is shown may wait so long. */
const quietMs = 150;

/** Tells the editor what is wrong with its documents, a moment after they changed. */
export class Publisher {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Documents that the editor shows something of. */
  readonly #shown = new Set<string>();

  constructor(connection: Connection, workspace: Workspace) {
    this.#connection = connection;
    this.#workspace = workspace;
  }

  /** The document changed, or what lies around it. */
  schedule(document: TextDocument): void {
    const { uri } = document;
    clearTimeout(this.#timers.get(uri));
    const publish = () => {
      this.#timers.delete(uri);
      this.#publish(document).catch((error: unknown) => this.#connection.console.error(String(error)));
    };
    this.#timers.set(uri, setTimeout(publish, quietMs));
  }

  /** The document is open no more: nothing of it is shown. */
  async clear(uri: string): Promise<void> {
    clearTimeout(this.#timers.get(uri));
    this.#timers.delete(uri);
    if (this.#shown.delete(uri)) await this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  async #publish(document: TextDocument): Promise<void> {
    const { uri, version } = document;
    const file = await this.#workspace.read(document);
    // It changed meanwhile, or was closed: another round is on its way, or nothing is wanted.
    if (document.version !== version || !this.#workspace.has(uri) || this.#timers.has(uri)) return;
    const isWorkflow = file.analysis.isWorkflow;
    if (!isWorkflow && !this.#shown.delete(uri)) return;
    if (isWorkflow) this.#shown.add(uri);
    await this.#connection.sendDiagnostics({ uri, version, diagnostics: [...diagnosticsOf(file)] });
  }
}
