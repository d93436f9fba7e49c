import { expect, it } from "vitest";
import type { Step } from "../model/step.js";
import { buildGraph, checkGraph, stepsAfter, topologicalOrder } from "./graph.js";

const step = (id: string, ...needs: string[]): Step => ({
  ...{ id, title: id, needs, env: {}, onError: "fail", kind: "script", lang: "sh", script: "" },
});

it("orders steps after what they wait for", () => {
  expect(topologicalOrder([step("c", "a", "b"), step("b", "a"), step("a")])).toEqual(["a", "b", "c"]);
});

it("finds duplicates, unknown needs and a cycle with its path", () => {
  expect(checkGraph([step("a"), step("a")])).toEqual([{ kind: "duplicate", step: "a" }]);
  expect(checkGraph([step("a", "x")])).toEqual([{ kind: "unknown", step: "a", need: "x" }]);
  expect(checkGraph([step("z"), step("a", "c"), step("b", "a"), step("c", "b"), step("d", "c")])).toEqual([
    { kind: "cycle", path: ["a", "c", "b", "a"] },
  ]);
  expect(checkGraph([step("a", "a")])).toEqual([{ kind: "cycle", path: ["a", "a"] }]);
});

it("knows everything behind a step", () => {
  const graph = buildGraph([step("a"), step("b", "a"), step("c", "b"), step("d")]);
  expect([...stepsAfter(graph, "a")].sort()).toEqual(["b", "c"]);
});
