import { foundBundle } from "../bundles/facts.js";
import { type Checked, checkBundle } from "../check/checked.js";
import type { CliContext } from "../context.js";
import { oneLine } from "../output/format.js";
import { type CheckFacts, checkCommand } from "./check.js";

/** `aiw bundle validate BUNDLE…`: the workflow and every other file of a bundle; the secrets that it will ask for are named. */
export async function bundleValidateCommand(
  paths: readonly string[],
  { sarif }: { readonly sarif?: string | undefined },
  context: CliContext,
): Promise<number> {
  const about = (checked: readonly Checked[]) => secretFacts(checked, context);
  return await checkCommand(paths, { sarif, check: checkBundle, about }, context);
}

/** A secret without a value is no mistake of the bundle: whoever runs it gives one. */
function secretFacts(checked: readonly Checked[], context: CliContext): CheckFacts {
  const secrets = checked.flatMap((each) => {
    const found = foundBundle(each, context.env);
    return (found?.secrets ?? []).map((secret) => ({ bundle: each.path, ...secret }));
  });
  const lines = secrets
    .filter(({ set }) => !set)
    .map(({ bundle, name }) => `▲ ${oneLine(bundle, 200)} asks for the secret ${name}, which has no value here`);
  return { json: { secrets }, lines };
}
