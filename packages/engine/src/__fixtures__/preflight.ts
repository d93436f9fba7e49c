import { errorCodes, type Step, Secret, type Workflow } from "@aiw/core";
import { expect } from "vitest";
import { examine, type ResourceRequest, type Source } from "../preflight/examine.js";
import { type FakeAgent, fakeAgent, fakeSpawner, fakeTool, origin } from "./world.js";

const answer = () => ({ status: "completed", text: "hi" }) as const;
const able = fakeAgent("able", answer);
const ill = fakeAgent("ill", answer, { healthy: false });
const forgetful = fakeAgent("forgetful", answer, { resume: false });
/** Knows no effort and one model. */
const picky: FakeAgent = {
  ...fakeAgent("picky", answer),
  check: ({ effort, model }) => [
    ...(effort === undefined ? [] : [{ code: "unsupported_option", message: "picky: has no effort" }]),
    ...(model === undefined || model === "one" ? [] : [{ code: "unsupported_option", message: `picky: no ${model}` }]),
  ],
};

/** A machine with agents, a tool and a secret. */
export function sourceOf(more: Partial<Source> = {}): Source {
  const agents = [ill, able, forgetful, picky];
  return {
    spawner: fakeSpawner(() => ({})),
    agents: async (id) => agents.find((known) => known.id === id),
    autoAgents: ["ill", "able"],
    tools: async (name) => (name === "test" ? fakeTool({ go: () => null }) : undefined),
    secrets: async (name) => (name === "TOKEN" ? new Secret(name, "a-long-value") : undefined),
    ...more,
  };
}

/** All problems as `place: code`; the place of a sub-workflow's begins with its steps. */
export async function problemsOf(
  file: Workflow,
  more: Partial<ResourceRequest> = {},
  source: Partial<Source> = {},
): Promise<readonly string[]> {
  const { problems } = await examine(sourceOf(source), { workflow: file, origin, ...more });
  return problems.map(({ step, within, error }) => {
    expect(Object.keys(errorCodes)).toContain(error.code);
    return `${[...within, step ?? "file"].join(" > ")}: ${error.code}`;
  });
}

/** What all problems say. */
export async function messagesOf(file: Workflow, more: Partial<ResourceRequest> = {}): Promise<readonly string[]> {
  const { problems } = await examine(sourceOf(), { workflow: file, origin, ...more });
  return problems.map(({ error }) => error.message);
}

export function base(id: string) {
  return { id, title: id, needs: [], env: {}, onError: "fail" } as const;
}

export function use(id: string, file: string): Step {
  return { ...base(id), kind: "use", use: file };
}

/** The sub-workflows of a file. */
export function using(children: Readonly<Record<string, Workflow>>): Pick<Workflow, "uses"> {
  return {
    uses: Object.fromEntries(
      Object.entries(children).map(([name, child]) => [name, { workflow: child, from: origin }]),
    ),
  };
}

