import { expressionCodes } from "./codes-expr.js";
import { fileCodes, warningCodes } from "./codes-file.js";
import { settingsCodes, toolCodes } from "./codes-settings.js";

export type { ProblemDoc } from "./example.js";

/** Every code with its explanation. Codes are only added; a released one keeps its meaning. */
export const problemCodes = {
  ...fileCodes,
  ...settingsCodes,
  ...expressionCodes,
  ...toolCodes,
  ...warningCodes,
};

/** Stable name of a kind of problem: `E…` is an error, `W…` a warning. */
export type ProblemCode = keyof typeof problemCodes;
