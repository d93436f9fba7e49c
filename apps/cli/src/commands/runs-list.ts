import type { RunPage, RunRow, RunStatus } from "@aiw/core";
import { type CliContext, printJson, printLine } from "../context.js";
import { requireChoice, requireInteger } from "../flags.js";
import { formatDate, formatMs, formatUsd, oneLine } from "../output/format.js";
import { createStyle, type Style } from "../output/style.js";
import { formatTable } from "../output/table.js";
import { withRunStore } from "../runs/journal.js";
import { isInterrupted, paintStatus, shownStatus } from "../runs/status.js";

/** Flags of `aiw runs list`. */
export interface RunsListOptions {
  /** Comma between several. */
  readonly status?: string | undefined;
  readonly workflow?: string | undefined;
  readonly limit: string;
}

const statuses: readonly RunStatus[] = ["queued", "running", "suspended", "completed", "failed", "cancelled"];

/** `aiw runs list`: newest first. */
export async function runsListCommand(options: RunsListOptions, context: CliContext): Promise<number> {
  const wanted = options.status?.split(",").map((status) => requireChoice("--status", status.trim(), statuses));
  const limit = requireInteger("--limit", options.limit, { min: 1, max: 1_000 });
  const page: RunPage = await withRunStore(context, async (store) => {
    if (store === undefined) return { runs: [] };
    return await store.list({ limit, status: wanted, name: options.workflow });
  });
  const isFiltered = wanted !== undefined || options.workflow !== undefined;
  if (context.json) printJson(context, { runs: page.runs.map(rowJson) });
  else printLine(context, renderRuns(page, { limit, isFiltered, now: Date.now(), style: createStyle(context.color) }));
  return 0;
}

/** What a list of runs is drawn with. */
export interface RunsRendering {
  readonly limit: number;
  readonly isFiltered: boolean;
  readonly now: number;
  readonly style: Style;
}

/** The table, or one line that says why there is none. */
export function renderRuns(page: RunPage, { limit, isFiltered, now, style }: RunsRendering): string {
  if (page.runs.length === 0) {
    return isFiltered ? "no run fits; `aiw runs list` shows all" : "no runs yet; start one with `aiw run FILE`";
  }
  const head = ["run", "workflow", "status", "started", "duration", "cost", "error"];
  const rows = page.runs.map((row) => [
    row.run,
    row.parent === undefined ? oneLine(row.name, 40) : `↳ ${oneLine(row.name, 38)}, in ${row.parent}`,
    shownStatus(row, now),
    formatDate(row.createdAt),
    formatMs(durationMs(row, now)),
    formatUsd(row.costUsd),
    row.error?.code ?? "",
  ]);
  const table = formatTable([head, ...rows], (cell, column, row) => {
    if (row === 0) return style.dim(cell);
    return column === 2 ? paintStatus(cell, cell.trim(), style) : cell;
  });
  const interrupted = page.runs.find((row) => isInterrupted(row, now));
  const next =
    interrupted === undefined
      ? ""
      : `\n${style.cyan("next:")} \`aiw resume ${interrupted.run}\` goes on with an interrupted run`;
  const more =
    page.next === undefined
      ? ""
      : `\n${style.dim(`there are more; \`--limit ${Math.min(1_000, limit * 5)}\` shows them`)}`;
  return `${table}${more}${next}`;
}

function rowJson(row: RunRow): Record<string, unknown> {
  return {
    ...{ run: row.run, name: row.name, status: row.status },
    ...(row.parent === undefined ? {} : { parent: row.parent }),
    ...(isInterrupted(row, Date.now()) ? { interrupted: true } : {}),
    created_at: new Date(row.createdAt).toISOString(),
    ...(row.endedAt === undefined ? {} : { ended_at: new Date(row.endedAt).toISOString() }),
    duration_ms: durationMs(row, row.updatedAt),
    cost_usd: row.costUsd,
    ...(row.error === undefined ? {} : { error: row.error }),
  };
}

/** Waiting counts; a run that is driven counts until now. */
function durationMs(row: RunRow, now: number): number {
  const isUnderWay = row.status === "running" && !isInterrupted(row, now);
  return Math.max(0, (row.endedAt ?? (isUnderWay ? now : row.updatedAt)) - row.createdAt);
}
