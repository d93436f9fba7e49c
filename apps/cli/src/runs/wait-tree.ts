import { AiwError, nearest, type OpenWait, type RunSummary } from "@aiw/core";
import { quoteForShell } from "../shell.js";

/** Something that a run or one of its sub-workflows waits for. */
export interface TreeWait {
  /** The run that waits. */
  readonly run: string;
  /** From the run that was asked about: the steps on the way, `deploy/approve`. */
  readonly address: string;
  readonly wait: OpenWait;
}

/** What a run waits for, its sub-workflows included; those that only pass the waiting on are left out. */
export async function waitsOfTree(
  get: (run: string) => Promise<RunSummary | undefined>,
  run: string,
  prefix = "",
): Promise<readonly TreeWait[]> {
  const found: TreeWait[] = [];
  for (const wait of (await get(run))?.waits ?? []) {
    const address = `${prefix}${wait.step}`;
    const below = wait.child === undefined ? [] : await waitsOfTree(get, wait.child, `${address}/`);
    // A sub-workflow that asks nothing is waited for itself: it has ended, or somebody drives it.
    found.push(...(below.length === 0 ? [{ run, address, wait }] : below));
  }
  return found;
}

/** Is it a person's decision that the file asks for? */
export function isApproval({ wait }: Pick<TreeWait, "wait">): boolean {
  return wait.waits === "approval" && wait.name !== "interrupted";
}

/**
 * The approval that is meant: the one at this address or path, or the only one.
 *
 * @throws AiwError `signal_refused` when there is none, `usage` when there are several.
 */
export function chooseApproval(run: string, waits: readonly TreeWait[], step: string | undefined): TreeWait {
  const approvals = waits.filter(isApproval);
  const addresses = approvals.map(({ address }) => address);
  const wanted =
    step === undefined ? approvals : approvals.filter(({ address, wait }) => step === address || step === wait.step);
  const [only, other] = wanted;
  if (only !== undefined && other === undefined) return only;
  if (other !== undefined) {
    throw new AiwError("usage", `run ${run} waits for several approvals: ${addresses.join(", ")}`, {
      hint: `name one: \`aiw approve ${run} ${quoteForShell(addresses[0] ?? "STEP")}\``,
    });
  }
  if (waits.some(({ wait }) => wait.name === "interrupted")) {
    throw new AiwError("signal_refused", `run ${run} asks what becomes of a step that was interrupted`, {
      hint: `\`aiw resume ${run} --interrupted retry\` makes it again, \`--interrupted fail\` gives it up`,
    });
  }
  const near = step === undefined ? undefined : nearest(step, addresses);
  const known =
    addresses.length === 0 ? `\`aiw runs show ${run}\` tells where it stands` : `it waits for ${addresses.join(", ")}`;
  throw new AiwError("signal_refused", `run ${run} waits for no approval${step === undefined ? "" : ` of ${step}`}`, {
    hint: near === undefined ? known : `did you mean ${near}?`,
  });
}
