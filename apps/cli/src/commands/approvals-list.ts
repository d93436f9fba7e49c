import type { RunRow, RunStore } from "@aiw/core";
import { type CliContext, printJson, printLine } from "../context.js";
import { formatDate, formatMs, oneLine } from "../output/format.js";
import { createStyle } from "../output/style.js";
import { approveCommandLine, describeFields, textLines } from "../output/wait-lines.js";
import { findRun, readSummary, withRunStore } from "../runs/journal.js";
import { isApproval, type TreeWait } from "../runs/wait-tree.js";

/** An approval that is open, with the run that asks. */
interface OpenApproval extends TreeWait {
  readonly name: string;
}

/** `aiw approvals list [RUN]`: everything that waits for a person's decision. */
export async function approvalsListCommand(run: string | undefined, context: CliContext): Promise<number> {
  const approvals = await withRunStore(context, async (store) => {
    if (store === undefined) return [];
    const rows = run === undefined ? await openRuns(store) : await treeRows(store, (await findRun(store, run)).row);
    return (await Promise.all(rows.map((row) => approvalsOf(store, row)))).flat();
  });
  if (context.json) for (const approval of approvals) printJson(context, toJson(approval));
  else printApprovals(approvals, context);
  return 0;
}

async function openRuns(store: RunStore): Promise<readonly RunRow[]> {
  const rows: RunRow[] = [];
  for (let after: string | undefined; ; ) {
    const page = await store.list({
      status: ["suspended", "running"],
      limit: 1_000,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.runs);
    if (page.next === undefined) return rows;
    after = page.next;
  }
}

/** The run and those of its sub-workflows. */
async function treeRows(store: RunStore, row: RunRow): Promise<readonly RunRow[]> {
  const children = await store.list({ parent: row.run, limit: 1_000 });
  const below = await Promise.all(children.runs.map((child) => treeRows(store, child)));
  return [row, ...below.flat()];
}

async function approvalsOf(store: RunStore, { run, name }: RunRow): Promise<readonly OpenApproval[]> {
  const { waits = [] } = (await readSummary(store, run)) ?? {};
  return waits.map((wait) => ({ run, name, address: wait.step, wait })).filter(isApproval);
}

function toJson({ run, name, wait }: OpenApproval): Record<string, unknown> {
  const { step, text, by, min, approvals, schema, binds, since, until } = wait;
  return { run, workflow: name, step, text, by, min, approvals, fields: schema, binds, since, until };
}

function printApprovals(approvals: readonly OpenApproval[], context: CliContext): void {
  const style = createStyle(context.color);
  if (approvals.length === 0) printLine(context, "nothing waits for an approval");
  for (const open of approvals) {
    const { run, name, wait } = open;
    const { until, by = [], min = 1, approvals: given = [] } = wait;
    const left = until === undefined ? "" : `, ${formatMs(Math.max(0, until - Date.now()))} left`;
    const who = by.length === 0 ? "" : `, by ${by.join(" or ")}`;
    const quorum = min > 1 ? `, ${given.length} of ${min} approvals` : "";
    printLine(context, `${style.bold(wait.step)}  ${oneLine(name, 60)}  ${style.dim(run)}`);
    printLine(context, style.dim(`  asked ${formatDate(wait.since)}${left}${who}${quorum}`));
    for (const line of textLines(open)) printLine(context, `  │ ${line}`);
    const fields = describeFields(wait);
    if (fields !== "") printLine(context, style.dim(`  fields: ${oneLine(fields, 300)}`));
    printLine(context, `  ${style.cyan("answer:")} ${approveCommandLine(run, open)}`);
  }
}
