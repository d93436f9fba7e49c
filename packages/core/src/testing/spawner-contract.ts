import { afterEach, beforeEach, describe, it } from "vitest";
import type { Spawner } from "../ports/spawner.js";
import { endingTests } from "./spawner-endings.js";
import { outputTests } from "./spawner-outputs.js";
import { startTests } from "./spawner-starts.js";

/** One promise of the port. */
export type SpawnerTest = (spawner: Spawner) => Promise<void>;

/** Every promise of the port, by name. */
const tests: Readonly<Record<string, SpawnerTest>> = { ...startTests, ...outputTests, ...endingTests };

/**
 * The contract suite of {@link Spawner}. Runs `sh`, `cat` and `sleep`; a fake has to know `contractPrograms`.
 *
 * @param create - Makes a spawner. Called for each test, which closes it.
 * @param options.skip - Names of tests that do not apply, with the reason.
 */
export function describeSpawner(
  name: string,
  create: () => Spawner | Promise<Spawner>,
  options: { readonly skip?: Readonly<Record<string, string>> } = {},
): void {
  describe(`spawner: ${name}`, () => {
    let spawner: Spawner | undefined;
    beforeEach(async () => {
      spawner = await create();
    });
    afterEach(async () => {
      await spawner?.close();
    });
    for (const [title, test] of Object.entries(tests)) {
      const reason = options.skip?.[title];
      it.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, async () => {
        if (spawner !== undefined) await test(spawner);
      });
    }
  });
}
