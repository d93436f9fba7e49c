/** Outcome of reading a duration. */
export type ParsedDuration =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly message: string; readonly help: string };

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** Largest first; each at most once and in this order. */
const units: readonly (readonly [string, number])[] = [
  ["w", 7 * day],
  ["d", day],
  ["h", hour],
  ["m", minute],
  ["s", second],
  ["ms", 1],
];
const help = "write a number and a unit: 500ms, 30s, 10m, 1h30m, 7d";
const maxDurationMs = 100 * 365 * day;

/** Reads `1h30m`, `10m`, `500ms`, `7d`, `1.5h`: units `w d h m s ms`, the largest first. A unit is required. */
export function parseDuration(text: string): ParsedDuration {
  const compact = text.trim();
  if (compact.length > 64) return { ok: false, message: "a duration is short text", help };
  if (/^\d+(?:\.\d+)?$/.test(compact)) {
    return { ok: false, message: `'${compact}' has no unit`, help: `write ${compact}s, ${compact}m or ${compact}h` };
  }
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)\s*(ms|[wdhms])\s*/g)];
  const isWhole = parts.length > 0 && parts.map((part) => part[0]).join("") === compact;
  if (!isWhole) return { ok: false, message: `'${compact}' is not a duration`, help };
  let ms = 0;
  let last = -1;
  for (const [, count, name] of parts) {
    const index = units.findIndex(([unit]) => unit === name);
    if (index <= last) return { ok: false, message: `the units of '${compact}' are not in order`, help };
    last = index;
    ms += Number(count) * (units[index]?.[1] ?? 0);
  }
  if (ms > maxDurationMs) return { ok: false, message: `'${compact}' is longer than 100 years`, help };
  return { ok: true, ms: Math.round(ms) };
}

/** The duration in the notation that {@link parseDuration} reads; 0 is `0s`. Whole milliseconds, nothing is lost. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms));
  let text = "";
  for (const [unit, size] of units) {
    // Weeks are read but not written: 7d says the same to everybody.
    if (unit === "w") continue;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === "" ? "0s" : text;
}
