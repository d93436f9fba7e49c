import { createEvaluator, evaluateExpression, parseExpression } from "@aiw/core";
import { interleave, type Suite, timed } from "./report.js";

const sources = [
  "inputs.count > 3",
  "steps.build.status == 'completed' && steps.build.output.ok",
  "inputs.name + '-' + run.id",
  "size(inputs.tags) > 1 ? inputs.tags[0] : 'none'",
];

const names = {
  inputs: { count: 5, name: "report", tags: ["a", "b"] },
  run: { id: "run_abcdefghijkl", attempt: 1 },
  steps: { build: { status: "completed", output: { ok: true } } },
};

/** Expressions, beside a rate that is wanted: there is nothing to compare them with. */
export const expressionSuite: Suite = {
  title: "expressions, beside 2 million evaluations a second",
  async run({ short }) {
    const rounds = short ? 3 : 7;
    const count = short ? 100_000 : 1_000_000;
    const parsed = sources.map((source) => {
      const result = parseExpression(source);
      if (!result.ok) throw new Error(result.problem.message);
      return result.expression;
    });
    const evaluator = createEvaluator();
    const scope = { names };
    const [direct = 0, cached = 0] = await interleave(rounds, [
      () => timed(() => repeat(count, parsed, (expression) => evaluateExpression(expression, scope))),
      () => timed(() => repeat(count, sources, (source) => evaluator.evaluate(source, scope))),
    ]);
    const beside = { limitMs: count / 2_000, limit: "2 million/s", goal: 1 };
    return [
      { name: `${count} evaluations, parsed`, ms: direct, ...beside },
      { name: `${count} evaluations by source`, ms: cached, ...beside },
    ];
  },
};

function repeat<T>(count: number, items: readonly T[], use: (item: T) => unknown): void {
  for (let done = 0; done < count; done += items.length) for (const item of items) use(item);
}
