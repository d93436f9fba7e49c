import { type ProblemDoc, steps } from "./example.js";

const build = "### Build\nBuild it.";

/** E130 to E136: loops, triggers and sessions. */
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
} as const satisfies Record<string, ProblemDoc>;
