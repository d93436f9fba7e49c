import type { Scenario } from "../support/bench.js";
import { codeReview } from "./code-review.js";
import { dailyStandup } from "./daily-standup.js";
import { dependencyUpdate } from "./dependency-update.js";
import { incidentResponse } from "./incident-response.js";
import { sprintPlanning } from "./sprint-planning.js";

/** The five bundles. */
export const scenarios: readonly Scenario[] = [
  codeReview,
  dailyStandup,
  dependencyUpdate,
  incidentResponse,
  sprintPlanning,
];
