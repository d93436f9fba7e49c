import { type Step, type StepKind, topologicalOrder, type Workflow } from "@aiw/core";
import { describeKind, describeLoop, describeRepeat, describeRules, describeTimes } from "./describe.js";
import { layoutSteps } from "./layout.js";

/** A workflow as every format draws it. */
export interface Flow {
  readonly name: string;
  /** The steps first, then what runs when they are over: undo, on failure, finally, each where there is one. */
  readonly sections: readonly FlowSection[];
  /** In which order sections follow each other. */
  readonly links: readonly FlowLink[];
}

/** Part of a workflow whose steps are drawn together. */
export interface FlowSection {
  readonly kind: "steps" | "undo" | "failure" | "finally";
  /** Unique in the whole drawing. */
  readonly key: string;
  readonly nodes: readonly FlowNode[];
  /** Without those that follow from others. */
  readonly edges: readonly FlowEdge[];
}

/** A step. */
export interface FlowNode {
  /** Unique in the whole drawing. */
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly kind: StepKind;
  /** What does it. */
  readonly about: string;
  /** `×3`, `×n`: made once per value. */
  readonly times?: string | undefined;
  readonly rules: readonly string[];
  /** `again until …`: it ends a loop. */
  readonly loop?: string | undefined;
  /** 1 for steps that wait for nothing. */
  readonly level: number;
  /** Ids of what it waits for. */
  readonly after: readonly string[];
  readonly isConditional: boolean;
  /** Its sub-workflow, where the drawing goes that deep. */
  readonly child?: Flow | undefined;
}

/** An arrow between two steps, by their keys. */
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  /** `loop` leads back to where the next round begins, which may be the step itself. */
  readonly kind: "next" | "loop";
  readonly isConditional: boolean;
  readonly label?: string | undefined;
}

/** An arrow between two sections, by their keys. */
export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** What a section is called. */
export const sectionTitles = {
  steps: "Steps",
  undo: "Undo",
  failure: "On failure",
  finally: "Finally",
} as const satisfies Record<FlowSection["kind"], string>;

/** When a section runs. */
export const sectionNotes = {
  steps: "",
  undo: "when the run stops early, in reverse order",
  failure: "when the run fails",
  finally: "always, last",
} as const satisfies Record<FlowSection["kind"], string>;

/** Everything that is said of a step besides what does it. */
export function allRules({ rules, loop }: FlowNode): readonly string[] {
  return loop === undefined ? rules : [...rules, loop];
}

/**
 * The drawing of a workflow.
 *
 * @param depth - Levels of sub-workflows that are drawn inside their step; 0 draws none.
 */
export function createFlow(workflow: Workflow, depth: number): Flow {
  let count = 0;
  const nextKey = () => {
    count += 1;
    return `s${count}`;
  };
  return flowOf(workflow, depth, nextKey);
}

/** A flow and the sub-workflows inside it, each with the ids of the steps that lead to it. */
export function* flattenFlow(
  flow: Flow,
  path: readonly string[] = [],
): Generator<{ readonly flow: Flow; readonly path: readonly string[] }> {
  yield { flow, path };
  for (const { nodes } of flow.sections) {
    for (const { id, child } of nodes) if (child !== undefined) yield* flattenFlow(child, [...path, id]);
  }
}

function flowOf(workflow: Workflow, depth: number, nextKey: () => string): Flow {
  const drawing: Drawing = { workflow, depth, nextKey };
  const sections = [
    stepsSection(drawing),
    sequence("undo", undoSteps(workflow.steps), drawing),
    sequence("failure", workflow.onFailure ?? [], drawing),
    sequence("finally", workflow.finally ?? [], drawing),
  ].filter(({ kind, nodes }) => kind === "steps" || nodes.length > 0);
  return { name: workflow.name, sections, links: linksOf(sections) };
}

/** From the last to the first; each is called like the step it undoes. */
function undoSteps(steps: readonly Step[]): readonly Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  return topologicalOrder(steps)
    .toReversed()
    .flatMap((id): readonly Step[] => {
      const step = byId.get(id);
      return step?.undo === undefined ? [] : [{ ...step.undo, title: step.title }];
    });
}

interface Drawing {
  readonly workflow: Workflow;
  readonly depth: number;
  readonly nextKey: () => string;
}

function stepsSection(drawing: Drawing): FlowSection {
  const placed = layoutSteps(drawing.workflow.steps);
  const nodes = placed.map(({ step, level, after }) => nodeOf(step, { level, after }, drawing));
  const keys = new Map(nodes.map(({ id, key }) => [id, key]));
  const keyOf = (id: string) => keys.get(id) ?? "";
  const edges = placed.flatMap(({ step, after }): readonly FlowEdge[] => [
    ...after.map((id): FlowEdge => {
      return { from: keyOf(id), to: keyOf(step.id), kind: "next", isConditional: step.if !== undefined };
    }),
    ...loopOf(step, keyOf),
  ]);
  return { kind: "steps", key: drawing.nextKey(), nodes, edges };
}

function loopOf(step: Step, keyOf: (id: string) => string): readonly FlowEdge[] {
  if (step.repeat === undefined) return [];
  const to = keyOf(step.repeat.from ?? step.id);
  if (to === "") return [];
  return [{ from: keyOf(step.id), to, kind: "loop", isConditional: false, label: describeLoop(step.repeat) }];
}

/** Steps that run one after another. */
function sequence(kind: FlowSection["kind"], steps: readonly Step[], drawing: Drawing): FlowSection {
  const nodes = steps.map((step, index) => {
    const before = steps[index - 1];
    return nodeOf(step, { level: index + 1, after: before === undefined ? [] : [before.id] }, drawing);
  });
  const edges = nodes.flatMap(({ key, isConditional }, index): readonly FlowEdge[] => {
    const step = steps[index];
    const before = nodes[index - 1];
    return [
      ...(before === undefined ? [] : [{ from: before.key, to: key, kind: "next", isConditional } as const]),
      ...(step === undefined ? [] : loopOf(step, () => key)),
    ];
  });
  return { kind, key: drawing.nextKey(), nodes, edges };
}

function nodeOf(
  step: Step,
  place: { readonly level: number; readonly after: readonly string[] },
  { workflow, depth, nextKey }: Drawing,
): FlowNode {
  const used = step.kind === "use" && depth > 0 ? workflow.uses?.[step.use] : undefined;
  return {
    key: nextKey(),
    ...place,
    ...{ id: step.id, title: step.title, kind: step.kind },
    about: describeKind(step, workflow),
    times: describeTimes(step),
    rules: describeRules(step),
    loop: step.repeat === undefined ? undefined : describeRepeat(step.repeat),
    isConditional: step.if !== undefined,
    child: used === undefined ? undefined : flowOf(used.workflow, depth - 1, nextKey),
  };
}

/** Failure goes through undo and on failure; finally comes last in any case. */
function linksOf(sections: readonly FlowSection[]): readonly FlowLink[] {
  const [steps, ...later] = sections;
  if (steps === undefined) return [];
  const failing = later.filter(({ kind }) => kind !== "finally");
  const last = later.find(({ kind }) => kind === "finally");
  const path = [steps, ...failing];
  const links = failing.map(({ key }, index): FlowLink => {
    return { from: path[index]?.key ?? steps.key, to: key, label: index === 0 ? "when it fails" : "then" };
  });
  if (last === undefined) return links;
  const end = failing.at(-1);
  return [
    ...links,
    { from: steps.key, to: last.key, label: "always" },
    ...(end === undefined ? [] : [{ from: end.key, to: last.key, label: "then" }]),
  ];
}
