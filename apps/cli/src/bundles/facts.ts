import { relative } from "node:path";
import { formatDuration, type Workflow } from "@aiw/core";
import type { BundleFacts } from "@aiw/runtime";
import type { Checked } from "../check/checked.js";
import { needRows, titledTable } from "../flows/show.js";
import { describeAgent } from "../graph/describe.js";
import { oneLine } from "../output/format.js";
import type { Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import { countProblems } from "../problems.js";

/** A bundle as it was found, whether it can run or not. */
export interface FoundBundle {
  /** As it is typed. */
  readonly path: string;
  readonly bundle: BundleFacts;
  /** Absent when it has errors. */
  readonly workflow?: Workflow | undefined;
  readonly problems: readonly { readonly severity: "error" | "warning" }[];
  /** Secrets that it declares, and whether they have a value. */
  readonly secrets: readonly NamedSecret[];
}

/** A secret that a workflow declares. */
export interface NamedSecret {
  readonly name: string;
  /** Has it a value in the environment? */
  readonly set: boolean;
}

/** A bundle out of what its check found; undefined when it is none. */
export function foundBundle(
  { path, bundle, workflow, findings }: Checked,
  env: Readonly<Record<string, string | undefined>>,
): FoundBundle | undefined {
  if (bundle === undefined) return undefined;
  const problems = findings.map(({ problem }) => problem);
  return { path, bundle, workflow, problems, secrets: secretsOf(workflow, env) };
}

/** The page of one bundle: its files, its tools with their operations and scripts, and what it needs. */
export function renderBundle(found: FoundBundle, style: Style): string {
  const { path, bundle, workflow, problems } = found;
  const name = workflow === undefined ? "" : `  ${oneLine(workflow.name, 100)} ${oneLine(workflow.version ?? "", 40)}`;
  const hint = `${countProblems(problems)}; \`aiw bundle validate ${path}\` shows them`;
  const parts = [
    `${style.bold(oneLine(path, 300))}${name.trimEnd()}${workflow?.description === undefined ? "" : `\n${oneLine(workflow.description, 300)}`}`,
    titledTable("Files", fileRows(found), style),
    titledTable("Tools", toolRows(bundle), style),
    workflow === undefined ? "" : titledTable("Needs", needRows(workflow).filter(isNew), style),
    titledTable(
      "Secrets",
      found.secrets.map(({ name: secret, set }) => [secret, set ? "has a value" : "has no value"]),
      style,
    ),
    problems.length === 0 ? "" : style.yellow(hint),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Tools and secrets have tables of their own. */
function isNew([title]: readonly string[]): boolean {
  return title !== "operations" && title !== "secrets";
}

/** The same as an object. */
export function bundleJson({ path, bundle, workflow, problems, secrets }: FoundBundle): Record<string, unknown> {
  const { folder, config } = bundle;
  const below = (file: string) => relative(folder, file);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  return {
    path,
    workflow: {
      file: below(bundle.workflowFile),
      ...(workflow === undefined ? {} : { name: workflow.name, steps: workflow.steps.length }),
      ...(workflow?.version === undefined ? {} : { version: workflow.version }),
      ...(workflow?.description === undefined ? {} : { description: workflow.description }),
    },
    ...(config === undefined ? {} : { config: configJson(config) }),
    tools: bundle.tools.map(({ tool, file }) => ({
      name: tool.name,
      file: below(file),
      ...(tool.description === undefined ? {} : { description: tool.description }),
      operations: tool.operations.map(({ name, description }) => ({
        name,
        ...(description === undefined ? {} : { description }),
      })),
    })),
    ...{ secrets, errors, warnings: problems.length - errors },
  };
}

/** One row a bundle. */
export function renderBundles(bundles: readonly FoundBundle[], style: Style): string {
  if (bundles.length === 0) return "no bundles here; `aiw workflow create NAME --bundle` writes one";
  const rows = bundles.map(({ path, workflow, bundle, problems }) => [
    oneLine(path, 100),
    oneLine(workflow?.name ?? "", 40),
    workflow === undefined ? "" : String(workflow.steps.length),
    oneLine(bundle.tools.map(({ tool }) => tool.name).join(", "), 60),
    problems.length === 0 ? "ready" : countProblems(problems),
  ]);
  return formatTable([["bundle", "workflow", "steps", "tools", "status"], ...rows], (cell, column, row) => {
    if (row === 0) return style.dim(cell);
    if (column !== 4) return cell;
    if (bundles[row - 1]?.problems.length === 0) return style.green(cell);
    return bundles[row - 1]?.workflow === undefined ? style.red(cell) : style.yellow(cell);
  });
}

function secretsOf(
  workflow: Workflow | undefined,
  env: Readonly<Record<string, string | undefined>>,
): readonly NamedSecret[] {
  return (workflow?.secrets ?? []).map((name) => ({ name, set: Object.hasOwn(env, name) && Boolean(env[name]) }));
}

type Config = NonNullable<BundleFacts["config"]>;

function fileRows({ bundle, workflow }: FoundBundle): readonly (readonly string[])[] {
  const below = (file: string) => relative(bundle.folder, file);
  const { config, configFile, manifest, toolsFolder } = bundle;
  const count =
    workflow === undefined ? "" : `${workflow.steps.length} ${workflow.steps.length === 1 ? "step" : "steps"}`;
  return [
    ["workflow", below(bundle.workflowFile), count],
    ...(configFile === undefined
      ? []
      : [["defaults", below(configFile), config === undefined ? "" : configText(config)]]),
    ...(manifest === undefined ? [] : [["tools", below(manifest), "describes the tools"]]),
    ...(toolsFolder === undefined ? [] : [["scripts", `${below(toolsFolder)}/`, ""]]),
  ];
}

function configText({ agent = [], model, timeoutMs, env = {} }: Config): string {
  const parts = [
    ...(agent.length === 0 ? [] : [`agent ${agent.map(describeAgent).join(", ")}`]),
    ...(model === undefined ? [] : [`model ${model}`]),
    ...(timeoutMs === undefined ? [] : [`timeout ${formatDuration(timeoutMs)}`]),
    ...(Object.keys(env).length === 0 ? [] : [`env ${Object.keys(env).join(", ")}`]),
  ];
  return parts.length === 0 ? "nothing set" : parts.join("; ");
}

function configJson({ agent, model, timeoutMs, env }: Config): Record<string, unknown> {
  return {
    ...(agent === undefined ? {} : { agent: agent.map(describeAgent) }),
    ...(model === undefined ? {} : { model }),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    ...(env === undefined ? {} : { env }),
  };
}

function toolRows({ folder, tools }: BundleFacts): readonly (readonly string[])[] {
  return tools.flatMap(({ tool, file }) =>
    tool.operations.map((operation, index) => [
      `${tool.name}.${operation.name}`,
      index === 0 ? relative(folder, file) : "",
      operation.description ?? (index === 0 ? (tool.description ?? "") : ""),
    ]),
  );
}
