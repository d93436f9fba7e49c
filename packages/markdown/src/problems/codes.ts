import { callCodes } from "./codes-calls.js";
import { expressionCodes } from "./codes-expr.js";
import { fileCodes, warningCodes } from "./codes-file.js";
import { loopCodes } from "./codes-loops.js";
import { settingsCodes } from "./codes-settings.js";

export type { ProblemDoc } from "./example.js";

/** Every code with its explanation. Codes are only added; a released one keeps its meaning. */
export const problemCodes = {
  ...fileCodes,
  ...settingsCodes,
  ...loopCodes,
  ...expressionCodes,
  ...callCodes,
  ...warningCodes,
};

/** Stable name of a kind of problem: `E…` is an error, `W…` a warning. */
export type ProblemCode = keyof typeof problemCodes;
