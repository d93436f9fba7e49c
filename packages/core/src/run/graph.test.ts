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

it("orders what waits for a step of a loop after the loop's last step, and finds cycles that come of that", () => {
  const last = (from: string, ...needs: string[]): Step => ({
    ...step("last", ...needs),
    repeat: { until: "true", max: 2, from },
  });
  expect(topologicalOrder([step("a"), step("b", "a"), last("a", "a", "b"), step("x", "a")])).toEqual([
    ...["a", "b", "last", "x"],
  ]);
  expect(checkGraph([step("a"), step("b", "a", "x"), last("a", "a", "b"), step("x", "a")])).toEqual([
    { kind: "cycle", path: ["b", "x", "last", "b"] },
  ]);
});

it("finds ids that paths and objects cannot hold", () => {
  const wrong = ["", "a#2", "a!undo", "x[0]", "x]", "__proto__", "constructor", "a".repeat(201)];
  for (const id of wrong) expect(checkGraph([step(id)])).toEqual([{ kind: "id", step: id }]);
  for (const id of ["a-b.c", "a".repeat(200), "toString", "ö", "1"]) expect(checkGraph([step(id)])).toEqual([]);
});

it("knows everything behind a step", () => {
  const graph = buildGraph([step("a"), step("b", "a"), step("c", "b"), step("d")]);
  expect([...stepsAfter(graph, "a")].sort()).toEqual(["b", "c"]);
});
