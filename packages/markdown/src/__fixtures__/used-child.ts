import type { UsedInterface } from "../settings/use-call.js";

/** What tests find under `use: ./child.md`: inputs `file` and, not required, `depth`; outputs `score` and `report`. */
export const usedChild: UsedInterface = {
  workflow: {
    workflow: { model: 1, name: "child", inputs: {}, outputs: {}, secrets: [], env: {}, tools: {}, steps: [] },
    from: { folder: "/flows", bundle: false },
  },
  inputs: {
    file: { schema: { type: "string" }, required: true },
    depth: { schema: { type: "integer" }, required: false },
  },
  outputs: { score: { type: "number" }, report: { type: "string" } },
};
