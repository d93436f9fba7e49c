import type { Containment } from "@aiw/core";
import { createSpawner } from "../spawner.js";

/** Those that work on this machine. */
export function availableContainments(): readonly Containment[] {
  const all: readonly Containment[] = ["bubblewrap", "namespace", "group"];
  return all.filter((containment) => {
    try {
      return createSpawner({ containment, baseEnv: process.env }).containment === containment;
    } catch {
      // A person should see why tests are missing.
      process.stderr.write(`skipped: ${containment} does not work on this machine\n`);
      return false;
    }
  });
}
