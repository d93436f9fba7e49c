import { type Authorizer, createRolePolicy, type RunControl } from "@aiw/core";
import type { ProjectConfig } from "./config.js";

/**
 * Who may answer approvals, as `aiw.yaml` says. Where it names no roles that is the user who runs AIW; where nobody says
 * who that is either, it is whoever can reach the runs.
 */
export function approvalRule(approvals: ProjectConfig["approvals"], user: string | undefined): Authorizer | undefined {
  if (approvals === undefined && user === undefined) return undefined;
  const { roles, self = approvals === undefined } = approvals ?? {};
  return createRolePolicy({ roles: roles ?? {}, self, ...(roles === undefined ? { owner: user } : {}) });
}

/** The same control; what does not say who asks is asked by this user. */
export function asUser(control: RunControl, user: string | undefined): RunControl {
  if (user === undefined) return control;
  return {
    start: (request) => control.start({ ...request, by: request.by ?? user }),
    resume: (run, options) => control.resume(run, { ...options, by: options?.by ?? user }),
    cancel: (run, by, options) => control.cancel(run, by, options),
    signal: (run, signal) => control.signal(run, signal),
    get: (run) => control.get(run),
    watch: (run, options) => control.watch(run, options),
    ...(control.onProgress === undefined ? {} : { onProgress: control.onProgress.bind(control) }),
  };
}
