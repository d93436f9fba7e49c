import type * as z from "zod";
import { AiwError } from "../errors.js";

/**
 * Settings as their schema makes them.
 *
 * @throws AiwError `workflow_invalid` with all that is wrong: types can be gone around.
 */
export function parseSettings<T>(schema: z.ZodType<T>, settings: unknown, of: string): T {
  const result = schema.safeParse(settings);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => faultText(issue));
  throw new AiwError("workflow_invalid", `${of}: ${faults.join("; ")}`);
}

function faultText(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  const message = issue.message.slice(0, 1).toLowerCase() + issue.message.slice(1);
  return path === "" ? message : `${path}: ${message}`;
}
