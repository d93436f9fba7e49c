import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isErrorCode } from "../error-codes.js";
import type { AttemptContext } from "../ports/attempt.js";
import type { Tool, ToolInput, ToolResult } from "../ports/tool.js";
import { Secret } from "../secret.js";

/** What the suite needs of one implementation. Made anew for each test. */
export interface ToolFixture {
  readonly tool: Tool;
  /** A context for one call, with a real masker that knows `secrets`. */
  readonly context: (signal: AbortSignal, secrets: readonly Secret[]) => AttemptContext;
  /** A call that completes. */
  readonly works: ToolCall;
  /** A call that the tool itself ends as failed. */
  readonly fails: ToolCall;
  /** A call that runs for minutes unless it is aborted. */
  readonly hangs: ToolCall;
  /** A call of a declared operation with arguments that do not fit its parameters. */
  readonly misfits: ToolCall;
  /** A call that gives its argument `value` back in its result; the suite passes a secret. */
  readonly echoes: Pick<ToolCall, "operation">;
  readonly cleanUp?: () => Promise<void>;
}

/** One call. */
export interface ToolCall {
  readonly operation: string;
  readonly input: ToolInput;
}

/** Tests to leave out, with the reason. */
export interface ToolSuiteOptions {
  readonly skip?: Readonly<Record<string, string>>;
}

/** Contract of {@link Tool}: call it at the top level of a vitest file. */
export function describeTool(
  name: string,
  create: () => ToolFixture | Promise<ToolFixture>,
  options: ToolSuiteOptions = {},
): void {
  describe(`tool contract: ${name}`, () => {
    let fixture: ToolFixture;
    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await fixture.tool.close?.();
      await fixture.cleanUp?.();
    });
    const test = (title: string, body: () => void | Promise<void>) => {
      const reason = options.skip?.[title];
      if (reason === undefined) it(title, body);
      else it.skip(`${title} (${reason})`, body);
    };
    const call = async (
      { operation, input }: ToolCall,
      signal = new AbortController().signal,
      secrets: Secret[] = [],
    ) => await fixture.tool.call(operation, input, fixture.context(signal, secrets));

    test("names its operations once, each with a schema of an object", () => {
      const { operations } = fixture.tool;
      expect(operations.length).toBeGreaterThan(0);
      expect(new Set(operations.map((operation) => operation.name)).size).toBe(operations.length);
      for (const operation of operations) expect(operation.parameters).toMatchObject({ type: "object" });
    });

    test("completes with JSON and with text", async () => {
      const result = await call(fixture.works);
      expect(result).toMatchObject({ status: "completed", text: expect.any(String) });
      expect(result.status === "completed" && JSON.parse(JSON.stringify(result.output))).toEqual(
        result.status === "completed" && result.output,
      );
    });

    test("gives the same answer to the same call", async () => {
      expect(await call(fixture.works)).toEqual(await call(fixture.works));
    });

    test("returns a failure of its own with a documented code", async () => {
      expectFailure(await call(fixture.fails));
    });

    test("returns tool_not_found for an operation that it does not have", async () => {
      const result = await call({ operation: "no_such_operation", input: {} });
      expect(result).toMatchObject({ status: "failed", error: { code: "tool_not_found" } });
    });

    test("returns tool_arguments for arguments that do not fit", async () => {
      const result = await call(fixture.misfits);
      expect(result).toMatchObject({ status: "failed", error: { code: "tool_arguments" } });
    });

    test("starts nothing when it is aborted already", async () => {
      const result = await call(fixture.hangs, AbortSignal.abort());
      expect(result).toMatchObject({ status: "failed", error: { code: "cancelled" } });
    });

    test("ends soon after it is aborted, as cancelled", async () => {
      const controller = new AbortController();
      const pending = call(fixture.hangs, controller.signal);
      setTimeout(() => controller.abort(), 50);
      expect(await pending).toMatchObject({ status: "failed", error: { code: "cancelled" } });
    });

    test("serves calls at the same time without mixing them up", async () => {
      const [first, failed, second] = await Promise.all([
        call(fixture.works),
        call(fixture.fails),
        call(fixture.works),
      ]);
      expect(first).toEqual(second);
      expectFailure(failed);
    });

    test("keeps a secret argument out of everything it returns", async () => {
      const secret = new Secret("TOKEN", "s3cr3t-value-of-the-suite");
      const input = { value: secret };
      const result = await call({ ...fixture.echoes, input }, new AbortController().signal, [secret]);
      expect(JSON.stringify(result)).not.toContain(secret.reveal());
    });

    test("may be closed twice", async () => {
      await fixture.tool.close?.();
      await fixture.tool.close?.();
    });
  });
}

function expectFailure(result: ToolResult): void {
  expect(result.status).toBe("failed");
  if (result.status !== "failed") return;
  expect(result.error.message).not.toBe("");
  expect(isErrorCode(result.error.code)).toBe(true);
}
