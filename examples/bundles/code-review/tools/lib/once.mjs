import { LostAnswer } from "./http.mjs";
import { pause, requireVariable } from "./tool.mjs";

/** The same for every attempt of a step, also after a crash. */
export function idempotencyKey() {
  return requireVariable("AIW_IDEMPOTENCY_KEY");
}

/** A mark that Markdown does not show. */
export function hiddenMark(key = idempotencyKey()) {
  return `<!-- aiw:${key} -->`;
}

/**
 * Does an effect once. `find` looks for the trace that an earlier call with this key left; only when there is none,
 * `create` acts. When the service's answer is lost, nobody knows whether it acted, so `find` looks again first.
 */
export async function once({ find, create }) {
  for (let attempt = 1; ; attempt += 1) {
    const found = await find();
    if (found !== undefined) return found;
    try {
      return await create();
    } catch (error) {
      if (!(error instanceof LostAnswer) || attempt === 3) throw error;
      await pause(attempt * 1_000);
    }
  }
}
