import { createClient } from "./lib/http.mjs";
import { requireVariable, runTool } from "./lib/tool.mjs";

const datadog = createClient(
  "Datadog",
  () => ({
    baseUrl: process.env.DATADOG_API_URL || "https://api.datadoghq.com",
    headers: {
      "dd-api-key": requireVariable("DD_API_KEY"),
      "dd-application-key": requireVariable("DD_APP_KEY"),
    },
  }),
  (data) => (Array.isArray(data?.errors) ? data.errors : [data?.errors]).filter(Boolean).join("; "),
);

/** The figures of several metric queries over the last minutes, in one request; each series as a few numbers. */
async function getMetrics({ queries, minutes }) {
  const to = Date.now();
  const attributes = {
    from: to - minutes * 60_000,
    to,
    queries: queries.map((query, index) => ({ data_source: "metrics", name: `q${index}`, query })),
    formulas: queries.map((_, index) => ({ formula: `q${index}` })),
  };
  const body = { data: { type: "timeseries_request", attributes } };
  const { data } = await datadog.post("/api/v2/query/timeseries", body, { safe: true });
  const { series, values, times } = data.attributes;
  return {
    metrics: queries.map((query, index) => ({
      query,
      series: series.flatMap((one, at) =>
        (one.query_index ?? 0) === index ? figures(one.group_tags ?? [], values[at] ?? [], times) : [],
      ),
    })),
  };
}

/** Nothing for a series without a single point. */
function figures(tags, values, times) {
  const points = values.flatMap((value, index) => (value === null ? [] : [{ value, at: times[index] }]));
  const last = points.at(-1);
  if (last === undefined) return [];
  const numbers = points.map(({ value }) => value);
  const round = (value) => Number(value.toPrecision(6));
  return [
    {
      tags,
      points: points.length,
      first: round(numbers[0]),
      last: round(last.value),
      last_at: new Date(last.at).toISOString(),
      min: round(Math.min(...numbers)),
      max: round(Math.max(...numbers)),
      average: round(numbers.reduce((sum, value) => sum + value, 0) / numbers.length),
    },
  ];
}

await runTool({ get_metrics: getMetrics });
