import type { RunStore } from "@aiw/core";

/** The run at the top: the one itself, or the one whose sub-workflow it is. */
export async function rootOf(store: Pick<RunStore, "list">, run: string): Promise<string> {
  const { runs } = await store.list({ runs: [run], limit: 1 });
  const parent = runs[0]?.parent;
  return parent === undefined ? run : await rootOf(store, parent);
}
