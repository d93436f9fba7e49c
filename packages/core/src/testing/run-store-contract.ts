import { afterEach, beforeEach, describe, it } from "vitest";
import { createFakeClock, type FakeClock } from "./fake-clock.js";
import { appendTests } from "./run-store-appends.js";
import { childTests } from "./run-store-children.js";
import { claimTests } from "./run-store-claims.js";
import type { RunStoreFixture, RunStoreTest } from "./run-store-fixture.js";
import { groupTests } from "./run-store-groups.js";
import { inboxTests } from "./run-store-inbox.js";
import { viewTests } from "./run-store-views.js";

/** Every promise of the port, by name. */
const tests: Readonly<Record<string, RunStoreTest>> = {
  ...appendTests,
  ...inboxTests,
  ...childTests,
  ...groupTests,
  ...claimTests,
  ...viewTests,
};

/**
 * The contract suite of {@link RunStore}.
 *
 * @param create - Makes an empty store whose leases follow the clock. Called for each test.
 * @param options.skip - Names of tests that do not apply, with the reason.
 */
export function describeRunStore(
  name: string,
  create: (clock: FakeClock) => RunStoreFixture | Promise<RunStoreFixture>,
  options: { readonly skip?: Readonly<Record<string, string>> } = {},
): void {
  describe(`run store: ${name}`, () => {
    let clock = createFakeClock();
    let fixture: RunStoreFixture | undefined;
    beforeEach(async () => {
      clock = createFakeClock();
      fixture = await create(clock);
    });
    afterEach(async () => {
      await fixture?.close();
    });
    for (const [title, test] of Object.entries(tests)) {
      const reason = options.skip?.[title];
      it.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (${reason})`, async () => {
        if (fixture !== undefined) await test(fixture, clock);
      });
    }
  });
}
