import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Removes locks that a killed git left behind in a clone where nobody else works. */
export function dropLocks(folder) {
  const at = join(folder, ".git");
  const refs = readdirSync(join(at, "refs"), { recursive: true }).map((name) => join("refs", name));
  for (const name of [...readdirSync(at), ...refs]) {
    if (name.endsWith(".lock")) rmSync(join(at, name), { force: true });
  }
}
