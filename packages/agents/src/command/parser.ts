import { isJsonObject, type Json } from "@aiw/core";
import { textAt } from "../cli/event.js";
import type { CliParser, TurnState } from "../cli/program.js";
import { errorInfo } from "../failure.js";
import { jsonOfText } from "../structured.js";

/** Longest answer that is kept, in characters. */
const maxAnswerChars = 8 * 1024 * 1024;

/** Reads the answer of a program that knows nothing of us: all of stdout. Exit code 0 is its only final marker. */
export function createTextParser(id: string, output: "text" | "json", isStructured: boolean): CliParser {
  let text = "";
  let isTooLong = false;
  return {
    push(chunk) {
      isTooLong ||= text.length + chunk.length > maxAnswerChars;
      if (!isTooLong) text += chunk;
      return output === "text" && chunk !== "" ? [{ type: "text", text: chunk }] : [];
    },
    get state(): TurnState {
      const state = { isFinished: true, events: text === "" ? 0 : 1 };
      if (isTooLong) {
        const error = errorInfo("output_too_large", `${id}: the answer is over ${maxAnswerChars} characters`);
        return { ...state, error };
      }
      return { ...state, ...(output === "json" ? answerOf(text, isStructured) : { text: text.trim() }) };
    },
  };
}

function answerOf(text: string, isStructured: boolean): Partial<TurnState> {
  const value: Json | undefined = jsonOfText(text.trim());
  // Not JSON: no answer came, whatever the exit code says.
  if (value === undefined) return { isFinished: false, events: 0 };
  if (isStructured) return { text: text.trim(), structured: value, isFinished: true };
  const said = isJsonObject(value) ? textAt(value, "text") : undefined;
  return { text: said ?? text.trim(), isFinished: true };
}
