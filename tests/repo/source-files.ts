import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";
import { allowTable } from "./allow-table.js";

/** Root of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** One source file with everything it imports, as values or as types. */
export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  /** Folder of its package, such as `packages/core`. */
  readonly owner: string;
  /** Key of the allow-table that governs it: its package, or its subpath's folder. */
  readonly area: string;
  readonly isTest: boolean;
  readonly specifiers: readonly string[];
  /** Names of variables at module level that can be reassigned. */
  readonly mutable: readonly string[];
}

/** Folders of the packages and apps that have sources. */
export function packageFolders(): string[] {
  return ["packages", "apps"]
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
    .filter((folder) => existsSync(join(root, folder, "src")));
}

/** Parses every TypeScript source of a package. */
export function sourceFiles(owner: string): SourceFile[] {
  const source = join(root, owner, "src");
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.parentPath.includes("__fixtures__"))
    .map((entry) => readSource(owner, join(entry.parentPath, entry.name)));
}

/** Whether a relative import of `file` leaves the sources of its package. */
export function escapes(file: SourceFile, specifier: string): boolean {
  const target = relative(join(root, file.owner, "src"), resolve(root, dirname(file.path), specifier));
  return target.startsWith("..");
}

function readSource(owner: string, path: string): SourceFile {
  const local = relative(root, path).split("\\").join("/");
  const { program, errors } = parseSync(path, readFileSync(path, "utf8"));
  const [problem] = errors;
  if (problem) throw new Error(`${local}: ${problem.message}`);
  const specifiers = new Set<string>();
  collectSpecifiers(program, specifiers);
  return {
    path: local,
    owner,
    area: areaOf(owner, local),
    isTest: /\.test(-d)?\.tsx?$/.test(path),
    specifiers: [...specifiers],
    mutable: mutableNames(program.body),
  };
}

function areaOf(owner: string, path: string): string {
  const [folder] = path.slice(`${owner}/src/`.length).split("/");
  const subpath = `${owner}/${folder}`;
  return subpath in allowTable ? subpath : owner;
}

/** Finds `import`, `export from`, `import()` and the type `import("x")`, wherever they stand. */
function collectSpecifiers(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) for (const child of node) collectSpecifiers(child, found);
  if (!isNode(node)) return;
  const isImport = /^(Import|Export(Named|All)|TSImportType|TSExternalModule)/.test(String(node.type));
  const source = node.source ?? node.expression ?? node.argument;
  const literal = isNode(source) && isNode(source.literal) ? source.literal : source;
  if (isImport && isNode(literal) && typeof literal.value === "string") found.add(literal.value);
  for (const child of Object.values(node)) if (typeof child === "object") collectSpecifiers(child, found);
}

function isNode(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mutableNames(body: ReturnType<typeof parseSync>["program"]["body"]): string[] {
  return body
    .map((statement) => (statement.type === "ExportNamedDeclaration" ? statement.declaration : statement))
    .flatMap((statement) =>
      statement?.type === "VariableDeclaration" && statement.kind !== "const" && !statement.declare
        ? statement.declarations.map(({ id }) => (id.type === "Identifier" ? id.name : "(pattern)"))
        : [],
    );
}
