import { createRolePolicy } from "@aiw/core";
import { describe, expect, it } from "vitest";
import { createScene, type SceneOptions } from "./__fixtures__/scene.js";
import { approval, foreach } from "./__fixtures__/steps.js";
import { tool, workflow } from "./__fixtures__/world.js";

const after = tool("b", "ok", { needs: ["a"] });
const answer = { output: "steps.a.output", text: "steps.a.text" };

function asking(step: Parameters<typeof approval>[1] = {}, options: SceneOptions = {}) {
  return createScene(workflow([approval("a", step), after], { outputs: answer }), options);
}

function withRoles(roles: Readonly<Record<string, readonly string[]>>, self = false): SceneOptions {
  return { engine: { authorizer: createRolePolicy({ roles, self }) }, by: "rita" };
}

describe("approval", () => {
  it("waits with nothing in memory, shows its prose, and goes on when it is approved", async () => {
    const scene = asking({ prompt: ["Ship it?"] });
    const waiting = await scene.run();
    expect(waiting).toMatchObject({
      status: "suspended",
      steps: { a: "suspended", b: "pending" },
      waits: [{ step: "a", waits: "approval", text: "Ship it?", min: 1, approvals: [] }],
    });
    expect((await scene.store.list({ runs: ["r"] })).runs[0]?.worker).toBeUndefined();
    await scene.answer("a", "ann", { comment: "fine" });
    expect(await scene.resume()).toMatchObject({
      status: "completed",
      outputs: { output: { approved: true, by: ["ann"] }, text: "fine" },
    });
    await scene.close();
  });

  it("fails the run as rejected, or goes on with approved: false", async () => {
    const scene = asking();
    await scene.run();
    await scene.answer("a", "ann", { approved: false, comment: "too early" });
    expect(await scene.resume()).toMatchObject({
      status: "failed",
      reason: "rejected",
      step: "a",
      error: { code: "rejected", message: "ann rejected a: too early" },
      steps: { b: "skipped" },
    });
    await scene.close();
    const goes = asking({ onError: "continue" });
    await goes.run();
    await goes.answer("a", "ann", { approved: false });
    expect(await goes.resume()).toMatchObject({
      status: "completed",
      outputs: { output: { approved: false, by: ["ann"] }, text: null },
      steps: { a: "completed", b: "completed" },
    });
    await goes.close();
  });

  it("needs min different people; one rejection rejects", async () => {
    const scene = asking({ min: 2 });
    await scene.run();
    await scene.answer("a", "ann", { comment: "one" });
    const still = await scene.resume();
    expect(still).toMatchObject({ status: "suspended", waits: [{ approvals: ["ann"] }] });
    await expect(scene.answer("a", "ann", { comment: "again" })).rejects.toMatchObject({
      code: "signal_refused",
      details: { reason: "answered" },
    });
    await scene.answer("a", "bob", { comment: "two" });
    expect(await scene.resume()).toMatchObject({
      status: "completed",
      outputs: { output: { approved: true, by: ["ann", "bob"] }, text: "one\ntwo" },
    });
    await scene.close();
    const rejected = asking({ min: 3 });
    await rejected.run();
    await rejected.answer("a", "ann");
    await rejected.answer("a", "bob", { approved: false });
    expect(await rejected.resume()).toMatchObject({ status: "failed", reason: "rejected" });
    await rejected.close();
  });

  it("takes fields of the right type, and refuses others", async () => {
    const fields = {
      note: { schema: { type: "string" }, required: false },
      port: { schema: { type: "integer" }, required: true },
      how: { schema: { type: "string", default: "fast" }, required: false },
    } as const;
    const scene = asking({ fields });
    await scene.run();
    for (const wrong of [{}, { port: "x" }, { port: 1, more: 2 }]) {
      await expect(scene.answer("a", "ann", { fields: wrong })).rejects.toMatchObject({
        code: "signal_refused",
        details: { reason: "misfit" },
      });
    }
    await scene.answer("a", "ann", { fields: { port: 8080 } });
    expect((await scene.resume()).outputs.output).toEqual({
      approved: true,
      by: ["ann"],
      note: null,
      port: 8080,
      how: "fast",
    });
    await scene.close();
    const rejected = asking({ fields, onError: "continue" });
    await rejected.run();
    await rejected.answer("a", "ann", { approved: false });
    expect((await rejected.resume()).outputs.output).toEqual({
      approved: false,
      by: ["ann"],
      note: null,
      port: null,
      how: null,
    });
    await rejected.close();
  });

  it("expires after its time-out, as its own reason", async () => {
    const scene = asking({ timeoutMs: 3_600_000 }, { stepMs: 60_000 });
    expect((await scene.run()).status).toBe("suspended");
    await scene.pass(3_600_000);
    expect(await scene.resume()).toMatchObject({ status: "failed", reason: "expired", error: { code: "expired" } });
    await expect(scene.answer("a", "ann")).rejects.toMatchObject({ code: "run_ended" });
    await scene.close();
    const goes = asking({ timeoutMs: 3_600_000, onError: "continue" }, { stepMs: 60_000 });
    await goes.run();
    await goes.pass(3_600_000);
    expect(await goes.resume()).toMatchObject({
      status: "completed",
      outputs: { output: { approved: false, by: [] } },
    });
    await goes.close();
  });

  it("refuses an answer to something else than what is shown, and one to what is not asked", async () => {
    const scene = asking();
    const { waits } = await scene.run();
    await expect(scene.answer("a", "ann", { binds: "0".repeat(64) })).rejects.toMatchObject({
      details: { reason: "changed" },
    });
    for (const step of ["b", "a#2", "a[0]", "nope"]) {
      await expect(scene.answer(step, "ann")).rejects.toMatchObject({ details: { reason: "not_awaited" } });
    }
    await scene.answer("a", "ann", { binds: waits?.[0]?.binds ?? "" });
    expect((await scene.resume()).status).toBe("completed");
    await expect(scene.answer("a", "ann")).rejects.toMatchObject({ code: "run_ended" });
    await expect(scene.answer("a", "ann", { run: "other" })).rejects.toMatchObject({ code: "run_not_found" });
    await scene.close();
  });

  it("takes the same answer sent twice as one", async () => {
    const scene = asking({ min: 2 });
    await scene.run();
    const id = "mail-1";
    await Promise.all([scene.answer("a", "ann", { id }), scene.answer("a", "ann", { id })]);
    await scene.resume();
    const received = (await scene.events()).filter((event) => event.type === "signal.received");
    expect(received).toHaveLength(1);
    await scene.close();
  });

  it("refuses a second answer of a person also while nobody drives the run", async () => {
    const scene = asking({ min: 2 });
    await scene.run();
    await scene.answer("a", "ann");
    for (const approved of [true, false]) {
      await expect(scene.answer("a", "ann", { approved })).rejects.toMatchObject({
        code: "signal_refused",
        details: { reason: "answered" },
      });
    }
    await scene.close();
  });

  it("journals an answer that was overtaken, and changes nothing", async () => {
    const scene = asking({ min: 1 });
    await scene.run();
    // Both are posted before anybody drives the run again.
    await scene.answer("a", "ann", { comment: "yes" });
    await scene.answer("a", "bob", { approved: false });
    const summary = await scene.resume();
    const received = (await scene.events()).flatMap((event) => (event.type === "signal.received" ? [event.data] : []));
    expect(received).toHaveLength(2);
    expect(summary).toMatchObject({
      status: "completed",
      outputs: { output: { approved: true, by: ["ann"] }, text: "yes" },
    });
    expect(received[1]).toMatchObject({ by: "bob", accepted: false });
    await scene.close();
  });

  it("lets only the named people and roles answer, and not the requester", async () => {
    const scene = asking({ by: ["maintainer", "zoe"] }, withRoles({ maintainer: ["ann", "rita"] }));
    await scene.run();
    for (const by of ["bob", "rita"]) {
      await expect(scene.answer("a", by)).rejects.toMatchObject({ code: "permission_denied" });
    }
    await scene.answer("a", "zoe");
    expect((await scene.resume()).status).toBe("completed");
    await scene.close();
    const self = asking({ by: ["maintainer"] }, withRoles({ maintainer: ["ann", "rita"] }, true));
    await self.run();
    await self.answer("a", "rita");
    expect((await self.resume()).status).toBe("completed");
    await self.close();
  });

  it("waits in several items and beside other steps at once, each answered by itself", async () => {
    const flow = workflow(
      [
        approval("each", { foreach: foreach(["x", "y"]), prompt: ["about ", { expr: "item" }] }),
        approval("beside"),
        tool("end", "ok", { needs: ["each", "beside"] }),
      ],
      { outputs: { all: "steps.each.items.map(i, i.output.by[0])" } },
    );
    const scene = createScene(flow);
    const { waits } = await scene.run();
    expect(waits?.map(({ step, text }) => `${step}: ${text}`).sort()).toEqual([
      "beside: may beside go on?",
      "each[0]: about x",
      "each[1]: about y",
    ]);
    await scene.answer("each[1]", "bob");
    expect((await scene.resume()).status).toBe("suspended");
    await scene.answer("beside", "cid");
    await scene.answer("each[0]", "ann");
    expect(await scene.resume()).toMatchObject({ status: "completed", outputs: { all: ["ann", "bob"] } });
    await scene.close();
  });

  it("stops the other items and branches at a rejection", async () => {
    const scene = createScene(workflow([approval("each", { foreach: foreach([1, 2]) }), approval("beside")]));
    await scene.run();
    await scene.answer("each[0]", "ann", { approved: false });
    expect(await scene.resume()).toMatchObject({
      status: "failed",
      reason: "rejected",
      steps: { each: "failed", "each[0]": "failed", beside: "skipped" },
    });
    await scene.close();
  });

  it("is asked again in each round of its repeat, by the same person", async () => {
    const scene = asking({ repeat: { until: "output.approved", max: 3 }, onError: "continue" });
    await scene.run();
    for (const [step, approved] of [
      ["a", false],
      ["a#2", false],
      ["a#3", true],
    ] as const) {
      await scene.answer(step, "ann", { approved });
      const { status } = await scene.resume();
      expect(status).toBe(approved ? "completed" : "suspended");
    }
    await scene.close();
  });

  it("is asked again, with another hash, when a rejected run is resumed", async () => {
    const scene = asking();
    const first = await scene.run();
    await scene.answer("a", "ann", { approved: false });
    await scene.resume();
    const again = await scene.resume();
    expect(again).toMatchObject({ status: "suspended", waits: [{ step: "a", waits: "approval" }] });
    expect(again.waits?.[0]?.binds).not.toBe(first.waits?.[0]?.binds);
    await scene.answer("a", "ann", { comment: "now" });
    expect((await scene.resume()).status).toBe("completed");
    await scene.close();
  });
});
