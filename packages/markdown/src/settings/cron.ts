/** One field of a cron expression: what it is called, its bounds and the names of its values. */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const fields: readonly Field[] = [
  { name: "minute", min: 0, max: 59, names: [] },
  { name: "hour", min: 0, max: 23, names: [] },
  { name: "day of the month", min: 1, max: 31, names: [] },
  { name: "month", min: 1, max: 12, names: months },
  { name: "day of the week", min: 0, max: 7, names: days },
];
/** Most days of each month. */
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Why a text is no cron expression of five fields; nothing when it is one. */
export function faultOfCron(text: string): string | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length || text.trim() === "") {
    return `has ${text.trim() === "" ? 0 : parts.length} fields, not 5: minute, hour, day, month, day of the week`;
  }
  const values: (readonly number[])[] = [];
  for (const [index, field] of fields.entries()) {
    const found = valuesOf(parts[index] ?? "", field);
    if (typeof found === "string") return found;
    values.push(found);
  }
  const [, , dayOfMonth = [], month = []] = values;
  // With both kinds of days given, either one is enough.
  const onlyMonthDays = parts[4] === "*";
  const happens = month.some((each) => dayOfMonth.some((day) => day <= (lengths[each - 1] ?? 31)));
  return onlyMonthDays && !happens ? "names a day that never comes" : undefined;
}

/** The values of a field, or what is wrong with it. */
function valuesOf(part: string, field: Field): readonly number[] | string {
  const values: number[] = [];
  for (const item of part.split(",")) {
    const match = /^(\*|[^-/,]+)(?:-([^-/,]+))?(?:\/(\d{1,4}))?$/.exec(item);
    const [, first = "", last, step] = match ?? [];
    if (match === null || (first === "*" && last !== undefined)) return `cannot have '${item}' as ${field.name}`;
    const from = first === "*" ? field.min : numberOf(first, field);
    const to = first === "*" ? field.max : last === undefined ? undefined : numberOf(last, field);
    if (from === undefined || (last !== undefined && to === undefined)) return outOf(item, field);
    const end = to ?? (step === undefined ? from : field.max);
    if (end < from || step === "0" || Number(step ?? 1) > field.max) return `cannot have '${item}' as ${field.name}`;
    for (let value = from; value <= end; value += Number(step ?? 1)) values.push(value);
  }
  return values;
}

function outOf(item: string, { name, min, max, names }: Field): string {
  const range = names.length === 0 ? `${min}-${max}` : `${min}-${max} or ${names[0]}-${names.at(-1)}`;
  return `cannot have '${item}' as ${name}: there is ${range}`;
}

function numberOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named !== -1) return named + min;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : undefined;
  return value === undefined || value < min || value > max ? undefined : value;
}
