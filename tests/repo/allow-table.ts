/**
 * Who may import whom: the table of docs/architecture.md. A key is a package, or one folder of it that has a subpath
 * export of its own. `node` allows Node's built-in modules. A package that is not listed here fails the test.
 */
export const allowTable: Readonly<Record<string, readonly string[]>> = {
  "packages/core": ["zod"],
  "packages/core/testing": ["zod", "vitest"],
  "packages/markdown": ["@aiw/core", "yaml"],
  "packages/process": ["node", "@aiw/core"],
  "packages/storage": ["node", "@aiw/core", "better-sqlite3"],
  "packages/reliability": ["node", "@aiw/core", "@aiw/process"],
  "packages/reliability/sql": ["node", "@aiw/core", "@aiw/storage"],
  "packages/engine": ["node", "@aiw/core", "tinyglobby"],
  "packages/agents": ["node", "@aiw/core", "@aiw/process", "yaml"],
  "packages/tools": ["node", "@aiw/core", "@aiw/process", "yaml"],
  "packages/runtime": [
    "node",
    "@aiw/agents",
    "@aiw/core",
    "@aiw/engine",
    "@aiw/markdown",
    "@aiw/process",
    "@aiw/reliability",
    "@aiw/storage",
    "@aiw/tools",
    "yaml",
    "zod",
  ],
  "apps/cli": [
    "node",
    "@aiw/core",
    "@aiw/markdown",
    "@aiw/runtime",
    "@dagrejs/dagre",
    "commander",
    "log-update",
    "vscode-languageserver",
    "vscode-languageserver-textdocument",
  ],
};
