import { pause, ToolError } from "./tool.mjs";

const maxAttempts = 5;
/** What a call waits for a service in all; a longer wait is left to `retry:` of the step. */
const maxWaitMs = 90_000;
const timeoutMs = 30_000;
const maxPages = 100;

/** The service answered with a status that the caller did not expect. */
export class StatusError extends ToolError {
  constructor(message, { status, data, temporary = false }) {
    super(message, { temporary });
    this.status = status;
    this.data = data;
  }
}

/** A request that changes something was sent, and no answer came: it may have been carried out, or not. */
export class LostAnswer extends ToolError {
  constructor(message, cause) {
    super(message, { temporary: true, cause });
  }
}

/** A path whose holes are filled with encoded values, so that no value can lead to another resource. */
export function path(texts, ...values) {
  const parts = values.map((value, index) => {
    const text = String(value);
    if (text === "" || text === "." || text === "..") throw new ToolError(`${JSON.stringify(text)} is no valid name`);
    return `${texts[index]}${encodeURIComponent(text)}`;
  });
  return `${parts.join("")}${texts[values.length]}`;
}

/**
 * A client of one JSON service. It waits when it is rate limited (`Retry-After` and the services' own headers), repeats
 * what is safe to repeat after a fault on the way, and gives up each request after 30 s.
 *
 * `settings()` gives `{ baseUrl, headers }`; `describe(data)` the service's own words for a refusal.
 */
export function createClient(service, settings, describe = () => undefined) {
  const settle = () => {
    const { baseUrl, headers } = settings();
    return { base: checkBase(service, baseUrl), headers };
  };

  /** Answers with `{ status, headers, data }`. `expect`: statuses besides 2xx that are no failure. */
  async function request(method, target, { query = {}, body, safe = method !== "POST", expect = [], more = {} } = {}) {
    const { base, headers } = settle();
    const url = urlOf(base, target, query);
    let waited = 0;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(url, method, { ...headers, ...more }, body);
      const wait = waitBefore(answer, attempt, safe);
      if (wait === undefined) return accept(answer);
      if (attempt === maxAttempts || waited + wait > maxWaitMs) {
        if (answer.fault !== undefined) return accept(answer);
        throw new StatusError(
          `${title()}: still refused with ${answer.status}; try again in ${Math.ceil(wait / 1000)} s`,
          {
            status: answer.status,
            data: answer.data,
            temporary: true,
          },
        );
      }
      waited += wait;
      await pause(wait);
    }

    function title() {
      return `${service}: ${method} ${url.pathname}`;
    }

    function accept({ fault, status, headers: given, data }) {
      if (fault !== undefined) {
        const message = `${title()}: ${fault.cause?.message ?? fault.message}`;
        throw safe ? new ToolError(message, { temporary: true, cause: fault }) : new LostAnswer(message, fault);
      }
      if ((status >= 200 && status < 300) || expect.includes(status)) return { status, headers: given, data };
      if (status >= 500 && !safe) throw new LostAnswer(`${title()}: ${status}`);
      const words = describe(data);
      throw new StatusError(`${title()}: ${status}${words ? ` ${words}` : ""}`, {
        status,
        data,
        temporary: status >= 500,
      });
    }
  }

  function urlOf(base, target, query) {
    const url = new URL(target.startsWith("/") ? `${base}${target}` : target);
    // A link in an answer must not carry the token elsewhere.
    if (url.origin !== new URL(base).origin) throw new ToolError(`${service}: ${url.origin} is not ${base}`);
    for (const [name, value] of Object.entries(query)) {
      for (const item of Array.isArray(value) ? value : [value]) {
        if (item !== undefined && item !== null) url.searchParams.append(name, String(item));
      }
    }
    return url;
  }

  return {
    request,
    get: async (target, query, options) => (await request("GET", target, { ...options, query })).data,
    post: async (target, body, options) => (await request("POST", target, { ...options, body })).data,
    put: async (target, body, options) => (await request("PUT", target, { ...options, body })).data,
    patch: async (target, body, options) => (await request("PATCH", target, { ...options, body })).data,
    delete: async (target, options) => (await request("DELETE", target, options)).status,
    /** The answers of a list, page after page, by the links in the header `Link`. */
    async *pages(target, query) {
      let answer = await request("GET", target, { query });
      for (let page = 1; ; page += 1) {
        yield answer.data;
        const next = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(answer.headers.get("link") ?? "")?.[1];
        if (next === undefined || page === maxPages) return;
        answer = await request("GET", new URL(next, settle().base).href);
      }
    },
  };
}

async function send(url, method, headers, body) {
  const content = body === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: "application/json", ...content, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      // A redirect could lead to another host, which must not see the token.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, headers: response.headers, data: parse(await response.text()) };
  } catch (fault) {
    return { fault };
  }
}

function parse(text) {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Time to wait before the request is repeated; undefined: it is not. */
function waitBefore({ fault, status, headers }, attempt, safe) {
  const backoff = 500 * 2 ** (attempt - 1) * (1 + Math.random());
  if (fault !== undefined) return safe && attempt < maxAttempts ? backoff : undefined;
  const asked = askedWait(headers);
  // A refusal because of the rate was not carried out, whatever the method.
  const isUsedUp = status === 403 && (headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0");
  if (status === 429 || isUsedUp) return asked ?? backoff;
  if (status >= 500 && safe && attempt < maxAttempts) return headers.has("retry-after") ? asked : backoff;
  return undefined;
}

/** What the answer asks to wait, in ms: a number of seconds, a date, or a time since the epoch. */
function askedWait(headers) {
  const text = headers.get("retry-after") ?? headers.get("x-ratelimit-reset") ?? headers.get("ratelimit-reset");
  if (text === null) return undefined;
  const number = Number(text);
  const isTime = Number.isNaN(number) || number > 1_000_000_000;
  const ms = !isTime ? number * 1000 : (Number.isNaN(number) ? Date.parse(text) : number * 1000) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

function checkBase(service, text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLocal)) return text.replace(/\/+$/, "");
  throw new ToolError(
    `${service}: the address ${JSON.stringify(text)} must begin with https://, so that nobody reads the token`,
  );
}
