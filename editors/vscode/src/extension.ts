import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";
import { serverCommand } from "./server-command.js";

/** Files whose change matters to workflows that use them. */
const watched = ["**/*.md", "**/*.flow.{yaml,yml}", "**/{aiw,config,tools}.yaml", "**/tools/**"];

/** Called by the editor with the first Markdown or YAML file: starts the language server. */
export async function activate(context: ExtensionContext): Promise<void> {
  const server = new Server();
  const watchers = watched.map((pattern) => workspace.createFileSystemWatcher(pattern));
  context.subscriptions.push(
    server,
    ...watchers,
    commands.registerCommand("aiw.restart", () => server.start(watchers)),
    workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("aiw.path") ? server.start(watchers) : undefined,
    ),
  );
  await server.start(watchers);
}

/** The running language server. */
class Server {
  #client: LanguageClient | undefined;

  /** Starts it, again where it runs already. */
  async start(fileEvents: NonNullable<LanguageClientOptions["synchronize"]>["fileEvents"]): Promise<void> {
    await this.#client?.dispose();
    const command = commandNow();
    const isWindows = process.platform === "win32";
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: "file", language: "markdown" },
        { scheme: "untitled", language: "markdown" },
        { scheme: "file", pattern: "**/*.flow.{yaml,yml}" },
      ],
      synchronize: fileEvents === undefined ? {} : { fileEvents },
    };
    this.#client = new LanguageClient("aiw", "AIW", { command, args: ["lsp"], options: { shell: isWindows } }, options);
    try {
      await this.#client.start();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await window.showWarningMessage(
        `AIW: cannot start '${command} lsp' (${reason}). Install @aiw/cli, or set aiw.path.`,
      );
    }
  }

  async dispose(): Promise<void> {
    await this.#client?.dispose();
    this.#client = undefined;
  }
}

function commandNow(): string {
  return serverCommand({
    path: workspace.getConfiguration("aiw").get("path", ""),
    folder: workspace.workspaceFolders?.[0]?.uri.fsPath,
    isWindows: process.platform === "win32",
  });
}
