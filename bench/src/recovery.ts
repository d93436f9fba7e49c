import { inChild } from "./child.js";
import { inFolder } from "./embedded.js";
import { median, type Suite } from "./report.js";

const steps = 100;

/** A process that dies by SIGKILL in step 50 of 100, and another that goes on. */
export const recoverySuite: Suite = {
  title: "crash and resume, beside the start of the same program",
  async run({ short }) {
    const bare: number[] = [];
    const resumed: number[] = [];
    let repeated = 0;
    for (let round = 0; round < (short ? 1 : 7); round += 1) {
      await inFolder(async (folder) => {
        const { signal } = await inChild("crash", folder);
        if (signal !== "SIGKILL") throw new Error("the process did not die in the middle of its run");
        bare.push((await inChild("nothing", folder)).ms);
        const { ms, value } = await inChild("resume", folder);
        resumed.push(ms);
        repeated = Math.max(repeated, value - (steps - steps / 2));
      });
    }
    const limit = "start and 100 ms";
    const name = `the last ${steps / 2} steps after SIGKILL, ${repeated} repeated`;
    return [{ name, ms: median(resumed), limitMs: median(bare) + 100, limit, goal: 1 }];
  },
};
