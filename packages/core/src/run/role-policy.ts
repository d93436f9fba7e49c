import type { Authorization, AuthorizationRequest, Authorizer } from "../ports/authorizer.js";

/** Who may answer approvals. */
export interface RolePolicyOptions {
  /** Users by role. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** May somebody approve what they asked for? */
  readonly self: boolean;
  /** May answer whatever is asked of whom. */
  readonly owner?: string | undefined;
}

/**
 * The rule for approvals. Where an approval names roles or users, one of them must be the principal or a role that lists
 * the principal; a declared role is never taken for a user of that name. Where it names nobody, whoever has any role may
 * answer. The owner may answer everything. Who asked for the run may not answer, unless `self`. All else is denied.
 */
export function createRolePolicy({ roles, self, owner }: RolePolicyOptions): Authorizer {
  const members = new Map(Object.entries(roles).map(([role, users]) => [role, new Set(users)]));
  const hasRole = (principal: string) => [...members.values()].some((users) => users.has(principal));
  const isNamed = (name: string, principal: string) => members.get(name)?.has(principal) ?? name === principal;

  return {
    authorize({ principal, by, requester }: AuthorizationRequest): Authorization {
      if (principal === "") return denied("nobody says who answers");
      if (!self && principal === requester) return denied(`${principal} asked for the run and may not decide on it`);
      if (principal === owner) return { allowed: true };
      if (by.length === 0) return hasRole(principal) ? { allowed: true } : denied(`${principal} has no role`);
      if (by.some((name) => isNamed(name, principal))) return { allowed: true };
      return denied(`${principal} is none of ${by.join(", ")}`);
    },
  };
}

function denied(reason: string): Authorization {
  return { allowed: false, reason };
}
