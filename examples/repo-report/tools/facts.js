import { readFileSync } from "node:fs";

const input = JSON.parse(readFileSync(process.env.AIW_INPUT, "utf8"));

/** A share in percent with one decimal. */
function percent(part, whole) {
  return whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10;
}

function merge({ repository, history, languages, hot_files, churn, todos }) {
  const { top, ...rest } = history;
  const days = Math.round((Date.parse(history.last) - Date.parse(history.first)) / 86_400_000) + 1;
  const { months, ...changes } = churn;
  const busiest = months.reduce((best, month) => (best && best.commits >= month.commits ? best : month), undefined);
  const { samples, ...markers } = todos;
  const { languages: byExtension, ...size } = languages;
  return {
    repository,
    history: { ...rest, days, commits_per_week: Math.round((history.commits / Math.max(days / 7, 1)) * 10) / 10 },
    authors: top.map((author) => ({ ...author, percent: percent(author.commits, history.commits) })),
    size,
    languages: byExtension.map((language) => ({ ...language, percent: percent(language.lines, size.lines) })),
    hot_files,
    churn: { ...changes, ...(busiest === undefined ? {} : { busiest_month: busiest.month }) },
    months,
    todos: markers,
    samples,
  };
}

/** Text of the repository as data: one line, no Markdown of its own. */
function plain(text) {
  return text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/[\\`*_[\]<>|#]/g, "\\$&")
    .trim();
}

function code(text) {
  return `\`${text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replaceAll("`", "'")
    .trim()}\``;
}

/** `1 file`, `2 files`. */
function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function list(title, lines, none) {
  return [`## ${title}`, "", ...(lines.length === 0 ? [`- ${none}`] : lines.map((line) => `- ${line}`)), ""];
}

function markdown({ facts }) {
  const { repository, history, authors, size, languages, hot_files, churn, months, todos, samples } = facts;
  const period = `from ${history.first} to ${history.last} (${count(history.days, "day")})`;
  const overview = [
    `Branch ${code(repository.branch)} at commit ${code(repository.commit)}`,
    `${count(history.commits, "commit")} by ${count(history.authors, "author")} ${period}`,
    `${count(size.files, "tracked file")} with ${count(size.lines, "line")} of text; git treats ${size.binary} as binary`,
  ];
  // A rate over a few days says nothing.
  if (history.days >= 28) overview.push(`${history.commits_per_week} commits a week on average`);
  if (repository.shallow) overview.push("The clone is shallow: older history is missing");
  const changes = [
    `${count(churn.commits, "commit")} looked at: ${count(churn.added, "line")} added, ${churn.deleted} deleted`,
  ];
  if (churn.busiest_month !== undefined) changes.push(`Busiest month: ${churn.busiest_month}`);
  const monthly = months.map(
    (m) => `${m.month}: ${count(m.commits, "commit")}, ${count(m.added, "line")} added, ${m.deleted} deleted`,
  );
  return [
    ...list("Overview", overview, "nothing"),
    ...list(
      "Authors",
      authors.map((a) => `${plain(a.name)}: ${count(a.commits, "commit")} (${a.percent} %)`),
      "none",
    ),
    ...list(
      "Languages",
      languages.map(
        (l) => `${code(l.extension)}: ${count(l.lines, "line")} in ${count(l.files, "file")} (${l.percent} %)`,
      ),
      "no text files",
    ),
    ...list(
      "Hot files",
      hot_files.map((f) => `${code(f.path)}: changed ${f.changes} times`),
      "no file was changed more than once",
    ),
    ...list("Churn", [...changes, ...monthly], "none"),
    ...list(
      "Open TODOs",
      [
        `${count(todos.markers, "marker")} in ${count(todos.files, "file")}`,
        ...samples.map((s) => `${code(`${s.path}:${s.line}`)}: ${plain(s.text)}`),
      ],
      "none",
    ),
  ].join("\n");
}

switch (process.argv[2]) {
  case "merge":
    console.log(JSON.stringify(merge(input)));
    break;
  case "markdown":
    console.log(JSON.stringify(markdown(input)));
    break;
  default:
    console.error(`unknown operation ${process.argv[2]}`);
    process.exit(2);
}
