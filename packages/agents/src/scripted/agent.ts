import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Agent,
  type AgentRequest,
  type AgentResult,
  AiwError,
  type AttemptContext,
  noUsage,
  toErrorInfo,
} from "@aiw/core";
import { abortError, failed } from "../failure.js";
import { checkCommon } from "../permissions.js";
import { type Answer, type Answers, parseAnswers } from "./answers.js";

/** Options of {@link createScriptedAgent}. */
export interface ScriptedAgentOptions {
  /** The answers, or the path of a YAML file with them; read at first use. */
  readonly answers: Answers | string;
  /** Name in workflows; default `scripted`. */
  readonly id?: string | undefined;
}

/** An agent that gives prepared answers by step id: for tests and rehearsals. Spends nothing. */
export function createScriptedAgent({ answers, id = "scripted" }: ScriptedAgentOptions): Agent {
  let loaded: Promise<Answers> | undefined;
  const load = () => {
    loaded ??= typeof answers === "string" ? readAnswers(answers) : Promise.resolve(answers);
    return loaded;
  };
  // Turns so far, by token of the attempt.
  const turns = new Map<string, number>();

  return {
    id,
    capabilities: {
      structured: "native",
      resume: true,
      fork: true,
      usage: "full",
      cost: false,
      edits: true,
      auto: false,
    },
    check: (options) => checkCommon(id, options),
    async health() {
      return load().then(
        () => ({ ok: true }),
        (error: unknown) => ({ ok: false, error: toErrorInfo(error) }),
      );
    },
    async run(request, context) {
      if (context.signal.aborted) return failed(abortError(id, context.signal));
      try {
        const answer = findAnswer(await load(), context);
        return await give(id, answer, request, context);
      } catch (error) {
        return failed(toErrorInfo(error));
      }
    },
  };

  function findAnswer(all: Answers, context: AttemptContext): Answer {
    const turn = turns.get(context.token) ?? 0;
    turns.set(context.token, turn + 1);
    const entry = all.get(context.step) ?? all.get(idOf(context.step));
    const answer = entry !== undefined && !isList(entry) ? entry : entry?.[context.attempt - 1]?.at(turn);
    if (answer !== undefined) return answer;
    const which = entry === undefined ? "" : `, attempt ${context.attempt}, turn ${turn + 1}`;
    throw new AiwError("answer_missing", `${id}: no answer for step ${context.step}${which}`, {
      hint: `add \`${idOf(context.step)}:\` to the file of answers`,
    });
  }
}

/**
 * Reads a YAML file of answers.
 *
 * @throws AiwError `file_not_found`, `file_unreadable`, `config_invalid` with line and column.
 */
export async function readAnswers(path: string): Promise<Answers> {
  const text = await readText(path);
  const { isNode, LineCounter, parseDocument } = await import("./yaml.js");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [problem] = document.errors;
  if (problem !== undefined) {
    const message = problem.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "no valid YAML";
    throw new AiwError("config_invalid", `${at(problem.pos[0])}: ${message}`, { hint: "correct the YAML" });
  }
  return parseAnswers(plainValue(document, path), path, (place) => {
    const node = place.length === 0 ? document.contents : document.getIn(place, true);
    return isNode(node) ? at(node.range?.[0] ?? 0) : path;
  });
}

/** @throws AiwError `config_invalid` for an alias of nothing, and for aliases that would grow without bound. */
function plainValue(document: { toJS(options: { maxAliasCount: number }): unknown }, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new AiwError("config_invalid", `${path}: ${message}`, { hint: "write the value out", cause });
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const message = isMissing ? `the file of answers ${path} does not exist` : `cannot read the answers in ${path}`;
    throw new AiwError(isMissing ? "file_not_found" : "file_unreadable", message, {
      hint: "give the path of a YAML file that maps step ids to answers",
      cause,
    });
  }
}

async function give(id: string, answer: Answer, request: AgentRequest, context: AttemptContext): Promise<AgentResult> {
  const own = `scripted:${context.step}:${context.attempt}`;
  const session = request.fork === true ? own : (request.resume ?? own);
  context.progress({ type: "session", id: session });
  if (answer.delayMs !== undefined) await delay(answer.delayMs, context);
  if (context.signal.aborted) return failed(abortError(id, context.signal), { session });
  for (const [path, content] of Object.entries(answer.files ?? {})) {
    const target = join(context.cwd, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    context.progress({ type: "tool", name: "write", detail: path });
  }
  if (answer.error !== undefined) return failed(answer.error, { session, usage: noUsage });
  const text = answer.text ?? (answer.output === undefined ? "" : JSON.stringify(answer.output));
  context.progress({ type: "text", text });
  return {
    status: "completed",
    text,
    session,
    usage: noUsage,
    ...(answer.output === undefined ? {} : { structured: answer.output }),
  };
}

/** Resolves after the time, or as soon as the attempt is aborted. */
function delay(ms: number, { clock, signal }: AttemptContext): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(ms, finish, true);
    signal.addEventListener("abort", finish, { once: true });
    function finish(): void {
      stop();
      signal.removeEventListener("abort", finish);
      resolve();
    }
  });
}

/** `build[3]#2!undo` is step `build`. */
function idOf(step: string): string {
  return /^[^[#!]+/.exec(step)?.[0] ?? step;
}

function isList(entry: Answer | readonly (readonly Answer[])[]): entry is readonly (readonly Answer[])[] {
  return Array.isArray(entry);
}
