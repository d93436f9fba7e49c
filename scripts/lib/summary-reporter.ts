import type { Reporter, TestModule } from "vitest/node";

const leftOut =
  "skipped: real agent CLIs, crash and end-to-end suites need the built program; npm run test:e2e runs them\n";

/** Closes a run of vitest with one plain line for people and scripts: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        const { state } = test.result();
        counts[state === "pending" ? "skipped" : state] += 1;
      }
      // A file that cannot be loaded has no tests to count.
      if (module.state() === "failed" && !tests.some((test) => test.result().state === "failed")) counts.failed += 1;
    }
    const suites = new Set(modules.map(({ project }) => project.name));
    process.on("exit", () => {
      // Who runs the quick tests alone should know what they leave out.
      if (suites.has("core")) process.stdout.write(leftOut);
      process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    });
  }
}
