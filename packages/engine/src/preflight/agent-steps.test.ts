import type { AgentStep, Json } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { messagesOf, problemsOf, sourceOf } from "../__fixtures__/preflight.js";
import { agent, origin, script, workflow } from "../__fixtures__/world.js";
import { loadResources } from "../resources.js";

describe("agents of a step", () => {
  const matrix = (axes: Readonly<Record<string, readonly Json[] | string>>, more: Partial<AgentStep> = {}) => {
    const entries = Object.entries(axes).map(([name, axis]) => [
      name,
      typeof axis === "string" ? { expr: axis } : { list: axis.map((value) => ({ t: "literal", value }) as const) },
    ]);
    return agent("m", "x", { ...more, foreach: { over: { matrix: Object.fromEntries(entries) }, as: "item" } });
  };

  it("are those of its matrix", async () => {
    const file = workflow([matrix({ agent: ["able", "nobody", "ill"], size: ["s"] })]);
    expect(await problemsOf(file)).toEqual(["m: agent_not_found", "m: agent_not_installed"]);
  });

  it("are asked for what each item will ask of them", async () => {
    const step = matrix({ agent: ["picky", "able"], model: ["one", "two"], effort: ["high"] });
    expect(await messagesOf(workflow([step]))).toEqual(["step m: picky: has no effort", "step m: picky: no two"]);
  });

  it("may come from inputs", async () => {
    const file = workflow([matrix({ agent: "inputs.agents" })], { inputs: { agents: { schema: {}, required: true } } });
    expect(await problemsOf(file, { inputs: { agents: ["nobody"] } })).toEqual(["m: agent_not_found"]);
    expect(await problemsOf(file, { inputs: { agents: ["able"] } })).toEqual([]);
  });

  it("are all that the configuration offers when only the run will tell", async () => {
    const { candidatesFor, agents } = await loadResources(sourceOf(), {
      workflow: workflow([matrix({ agent: "steps.a.output" }), script("a", "x")]),
      origin,
    });
    expect([...agents.keys()]).toEqual(["ill", "able"]);
    const item = agent("m", "x", { agent: [{ agent: "able", model: "opus" }] });
    expect(candidatesFor(item).usable).toEqual([{ agent: "able", model: "opus" }]);
    expect(candidatesFor(agent("m", "x", { agent: [{ agent: "forgetful" }] })).usable).toEqual([]);
  });

  it("must be able to go on with a session", async () => {
    const first = agent("first", "x", { agent: [{ agent: "forgetful" }] });
    const second = agent("second", "x", { session: "first" });
    const third = agent("third", "x", { session: "second", effort: "high" });
    expect(await messagesOf(workflow([first, second]))).toEqual([
      expect.stringContaining("forgetful cannot go on with the session of first"),
    ]);
    const other = agent("first", "x", { agent: [{ agent: "picky" }] });
    expect(await messagesOf(workflow([other, second, third]))).toEqual(["step third: picky: has no effort"]);
  });

  it("are pinned in a session: nobody takes over", async () => {
    const steps = [
      agent("first", "x", { agent: [{ agent: "able" }, { agent: "picky" }] }),
      agent("second", "x", { session: "first" }),
    ];
    const { candidatesFor } = await loadResources(sourceOf(), { workflow: workflow(steps), origin });
    expect(steps.map((step) => candidatesFor(step).usable.length)).toEqual([2, 0]);
  });

  it("are the caller's, without the file's model and effort", async () => {
    const file = workflow([agent("a", "x", { model: "two", effort: "high", agent: [{ agent: "able" }] })]);
    const request = { workflow: file, origin, agent: "picky" };
    const { candidatesFor, optionsFor } = await loadResources(sourceOf(), request);
    const step = agent("a", "x", { model: "two", effort: "high" });
    expect(candidatesFor(step).usable).toEqual([{ agent: "picky" }]);
    expect(optionsFor(step, { agent: "picky" })).toEqual({});
    await expect(loadResources(sourceOf(), { ...request, agent: "picky/three" })).rejects.toMatchObject({
      code: "unsupported_option",
    });
  });

  it("are auto where nothing is said, healthy ones only", async () => {
    const { candidatesFor } = await loadResources(sourceOf(), { workflow: workflow([agent("a", "x")]), origin });
    expect(candidatesFor(agent("a", "x")).usable).toEqual([{ agent: "able" }]);
    const none = loadResources(sourceOf({ autoAgents: ["ill"] }), { workflow: workflow([agent("a", "x")]), origin });
    await expect(none).rejects.toMatchObject({ code: "agent_none" });
  });
});
