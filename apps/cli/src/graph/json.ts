import { allRules, type Flow, type FlowNode, type FlowSection } from "./flow.js";

/** The graph as `aiw graph --json` prints it. */
export function flowJson({ name, sections }: Flow): Record<string, unknown> {
  const parts = sections.map((section) => [jsonKeys[section.kind], sectionJson(section)]);
  return { name, ...Object.fromEntries(parts) };
}

const jsonKeys = { steps: "steps", undo: "undo", failure: "on_failure", finally: "finally" } as const;

function sectionJson({ nodes, edges }: FlowSection): readonly Record<string, unknown>[] {
  const ids = new Map(nodes.map(({ key, id }) => [key, id]));
  const loops = new Map(edges.filter(({ kind }) => kind === "loop").map(({ from, to }) => [from, ids.get(to)]));
  return nodes.map((node) => nodeJson(node, loops.get(node.key)));
}

function nodeJson(node: FlowNode, loop: string | undefined): Record<string, unknown> {
  const { id, title, kind, level, after, about, times, child } = node;
  const rules = allRules(node);
  return {
    ...{ id, title, kind, level, after, about },
    ...(times === undefined ? {} : { times }),
    ...(loop === undefined ? {} : { repeats_from: loop }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(child === undefined ? {} : { child: flowJson(child) }),
  };
}
