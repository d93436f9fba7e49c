import { type ProblemDoc, steps } from "./example.js";

const build = "### Build\nBuild it.";

/** E130 to E138: loops, triggers, sessions and workspaces. */
export const loopCodes = {
  E130: {
    title: "name of a loop variable",
    about:
      "The variable of a foreach, and the axes of a matrix, are called by letters, digits and '_', and by no name that expressions have already.",
    wrong: steps("### Review\n'''yaml step\nforeach: [a, b]\nas: steps\n'''\nReview it."),
    right: steps("### Review\n'''yaml step\nforeach: [a, b]\nas: file\n'''\nReview {{ file }}."),
  },
  E131: {
    title: "foreach too large",
    about: "A foreach has at most 10,000 items; a matrix has the product of its axes.",
    wrong: "(a matrix of more than 10,000 combinations)",
    right: steps("### Review\n'''yaml step\nforeach: { size: [small, large] }\n'''\nReview {{ item.size }}."),
  },
  E132: {
    title: "schedule that cannot be read",
    about: "A schedule has five fields: minute, hour, day of the month, month, day of the week.",
    wrong: steps(build, 'on: { schedule: "0 25 * * *" }'),
    right: steps(build, 'on: { schedule: "0 7 * * mon-fri" }'),
  },
  E133: {
    title: "unknown time zone",
    about: "Time zones have names such as Europe/Berlin; without one a schedule is in UTC.",
    wrong: steps(build, 'on: { schedule: { cron: "0 7 * * *", timezone: Europe/Berln } }'),
    right: steps(build, 'on: { schedule: { cron: "0 7 * * *", timezone: Europe/Berlin } }'),
  },
  E134: {
    title: "steps that cannot repeat together",
    about:
      "'repeat' with 'from' makes all steps from an earlier one to this one again. It needs: both in '## Steps', this step waits for all of them, no foreach on it, and no other repeat among them.",
    wrong: steps(
      "### Write\nWrite it.\n\n### Check\n'''yaml step\nrepeat: { from: check, until: text == 'ok', max: 3 }\n'''\nCheck it.",
    ),
    right: steps(
      "### Write\nWrite it.\n\n### Check\n'''yaml step\nrepeat: { from: write, until: text == 'ok', max: 3 }\n'''\nCheck it.",
    ),
  },
  E135: {
    title: "session that cannot go on",
    about:
      "'session' names an agent step that is done by then: without foreach, in the same folder, and gone on with by one step only. A step with a foreach has none to go on with.",
    wrong: steps("### Plan\n'''bash run\nmake plan\n'''\n\n### Write\n'''yaml step\nsession: plan\n'''\nWrite it."),
    right: steps("### Plan\nPlan it.\n\n### Write\n'''yaml step\nsession: plan\n'''\nWrite it."),
  },
  E136: {
    title: "workspace that is not there",
    about: "'workspace' and 'apply' name a step that is done by then, with 'workspace: new' and without foreach.",
    wrong: steps(`${build}\n\n### Merge\n'''yaml step\napply: build\n'''`),
    right: steps(
      "### Build\n'''yaml step\nworkspace: new\n'''\nBuild it.\n\n### Merge\n'''yaml step\napply: build\n'''",
    ),
  },
  E137: {
    title: "axis that is no text",
    about: "The axes agent, model and effort of a matrix also set the key of the step: their values are text.",
    wrong: steps("### Review\n'''yaml step\nforeach: { model: [4.1, 5] }\n'''\nReview it."),
    right: steps(`### Review\n'''yaml step\nforeach: { model: ["4.1", "5"] }\n'''\nReview it.`),
  },
  E138: {
    title: "secret that is not declared",
    about: "A webhook is signed with one of the workflow's secrets: name it under secrets:.",
    wrong: steps(build, "on: { webhook: { path: /build, secret: HOOK } }"),
    right: steps(build, "on: { webhook: { path: /build, secret: HOOK } }\nsecrets: [HOOK]"),
  },
} as const satisfies Record<string, ProblemDoc>;
