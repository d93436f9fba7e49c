import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { fileURLToPath } from "node:url";
import {
  AiwError,
  exitCodeOf,
  isJsonObject,
  type JsonObject,
  type RunControl,
  toErrorInfo,
  type Workflow,
} from "@aiw/core";
import { loadMarkdown } from "@aiw/markdown";
import { defineTool } from "@aiw/tools";

const prices = new Map([
  ["pen", 1.5],
  ["book", 12],
]);

/** The shop's own functions, as a tool that workflows call. */
export const shop = defineTool({
  name: "shop",
  operations: {
    price: {
      run: ({ item, count }) => {
        const price = prices.get(String(item));
        if (price === undefined) throw new AiwError("tool_failed", `the shop has no ${String(item)}`);
        return { total: price * Number(count) };
      },
    },
  },
});

/** `POST /orders` with the inputs as JSON runs the workflow; `Idempotency-Key` is the run's id, so a repeated order is one. */
export function createService(control: RunControl): Server {
  const workflow = readWorkflow("../order.md");
  const folder = fileURLToPath(new URL("..", import.meta.url));
  return createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.method !== "POST" || request.url !== "/orders") return void answer(404, {});
    try {
      const key = request.headers["idempotency-key"];
      const handle = await control.start({
        workflow,
        origin: { folder, cwd: folder, bundle: false },
        inputs: await readBody(request),
        ...(typeof key === "string" ? { run: key } : {}),
        trigger: "http",
      });
      const { run, status, outputs, error } = await handle.done;
      answer(status === "completed" ? 200 : 422, { run, status, outputs, error });
    } catch (error) {
      const info = toErrorInfo(error);
      answer(exitCodeOf(info.code) === 2 ? 400 : 500, { error: info });
    }
  });
}

function readWorkflow(file: string): Workflow {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  const { workflow, problems } = loadMarkdown(text, { file, tools: [shop] });
  if (workflow) return workflow;
  throw new AiwError("workflow_invalid", problems.map((problem) => problem.message).join("; "));
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  try {
    const body: unknown = JSON.parse(text);
    if (isJsonObject(body)) return body;
  } catch {
    // Falls through to the one answer for everything that is no JSON object.
  }
  throw new AiwError("usage", "the body is not a JSON object", { hint: 'send for example {"item":"pen"}' });
}
