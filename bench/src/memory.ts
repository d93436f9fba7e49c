import { inChild } from "./child.js";
import { inFolder } from "./embedded.js";
import { type Figure, median, type Suite } from "./report.js";

/** Growth of the resident memory at its highest, each in a process of its own. */
export const memorySuite: Suite = {
  title: "growth of memory, beside 100 MiB",
  async run({ short }) {
    const works = {
      "memory-sequence": "steps in sequence",
      "memory-parallel": "steps in parallel",
      "memory-runs": "runs of 5 steps",
    };
    const figures: Figure[] = [];
    for (const [work, title] of Object.entries(works)) {
      const values: number[] = [];
      for (let round = 0; round < (short ? 1 : 3); round += 1) {
        values.push(await inFolder(async (folder) => (await inChild(work, folder)).value));
      }
      figures.push({
        name: `1,000 ${title}`,
        ms: median(values),
        limitMs: 100,
        limit: "100 MiB",
        goal: 1,
        unit: "MiB",
      });
    }
    return figures;
  },
};
