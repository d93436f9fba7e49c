import { userInfo } from "node:os";

/** Name of the user who runs the program, as the system knows it. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // No entry for the user id, in a container say.
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
