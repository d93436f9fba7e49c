import type { AgentRequest, Containment, ErrorInfo, Json, ProcessResult, Progress, Secret, Usage } from "@aiw/core";

/**
 * What differs from one agent program to the next. Three pure parts, so that each can be tested against recorded
 * output: how to call it, how to read a line of it, and what its end means.
 */
export interface CliProgram {
  /** As written in workflows; the first word of every message. */
  readonly id: string;
  /** The command for one turn. */
  buildCommand(request: AgentRequest, place: CliPlace): CliCommand;
  /** A reader for one turn. `now`: milliseconds since the epoch. */
  createParser(request: AgentRequest, now: () => number): CliParser;
  /** What stderr says when the program left no error of its own on stdout. */
  classifyStderr?(stderr: string): ErrorInfo | undefined;
  /** What to do when the program is not there. */
  readonly installHint: string;
  /** What the parser is given: each line that is not empty (default), or the text as it comes. */
  readonly reads?: "lines" | "chunks";
}

/** Where a turn runs. */
export interface CliPlace {
  /** Absolute working directory. */
  readonly cwd: string;
  /** Private scratch folder of the attempt. */
  readonly folder: string;
  /** How the process will be held: agents nest a sandbox of their own in it. */
  readonly containment: Containment;
}

/** A command line, its input, and the files it reads. */
export interface CliCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | Secret>>;
  readonly stdin: string;
  /** Written before the start: absolute path to text. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Reads the lines of one turn. Tolerates garbage and event types it does not know. */
export interface CliParser {
  /** @returns What to show, in order; empty when the text is only a sign of life. */
  push(text: string): readonly Progress[];
  readonly state: TurnState;
}

/** What the lines so far said. */
export interface TurnState {
  readonly session?: string | undefined;
  readonly model?: string | undefined;
  readonly text?: string | undefined;
  readonly structured?: Json | undefined;
  readonly usage?: Usage | undefined;
  readonly costUsd?: number | undefined;
  readonly denials?: number | undefined;
  /** The failure that the agent itself reported as final. */
  readonly error?: ErrorInfo | undefined;
  /** Has the final marker come? */
  readonly isFinished: boolean;
  /** Lines that were events. */
  readonly events: number;
}

/** How the process of a turn ended. */
export type CliExit = Pick<ProcessResult, "exitCode" | "signal" | "ended">;
