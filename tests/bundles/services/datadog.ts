import { isJsonObject, type Json } from "@aiw/core";
import {
  type FakeRequest,
  type FakeService,
  listOf,
  objectOf,
  type Reply,
  type Routes,
  startService,
  textOf,
} from "./fake-service.js";

export interface DatadogOptions {
  readonly apiKey: string;
  readonly appKey: string;
  /** Values of a query, one a minute; null where there is none. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  readonly onCarriedOut?: ((request: string) => Promise<void>) | undefined;
}

/** A server that speaks Datadog's query of time series, API v2. */
export async function startDatadog(options: DatadogOptions): Promise<FakeService> {
  const routes: Routes = {
    "POST /api/v2/query/timeseries": ({ body }) => {
      const data = objectOf(body, "data");
      const attributes = objectOf(data, "attributes");
      const { from, to } = attributes;
      if (data.type !== "timeseries_request") return invalid("type must be timeseries_request");
      if (typeof from !== "number" || typeof to !== "number" || from >= to) return invalid("from must be before to");
      const queries = listOf(attributes, "queries").filter(isJsonObject);
      if (!queries.every((query) => query.data_source === "metrics")) return invalid("data_source");
      const found = queries.map((query) => options.values[textOf(query, "query") ?? ""] ?? []);
      const length = Math.max(0, ...found.map((values) => values.length));
      const series = queries.map((_, index): Json => ({ group_tags: ["env:prod"], query_index: index, unit: null }));
      const times = Array.from({ length }, (_, index) => from + index * 60_000);
      const answer = {
        type: "timeseries_response",
        attributes: { series, times, values: found.map((one) => [...one]) },
      };
      return { body: { data: answer } };
    },
  };
  return await startService({ routes, authorize, onCarriedOut: options.onCarriedOut });

  function authorize({ headers }: FakeRequest): Reply | undefined {
    const isKnown = headers["dd-api-key"] === options.apiKey && headers["dd-application-key"] === options.appKey;
    return isKnown ? undefined : { status: 403, body: { errors: ["Forbidden"] } };
  }
}

function invalid(message: string): Reply {
  return { status: 400, body: { errors: [message] } };
}
