import { PassThrough } from "node:stream";
import type { CliContext } from "../context.js";

/** A context whose streams are kept, for tests. */
export interface FakeContext extends CliContext {
  out(): string;
  err(): string;
}

/** Neither stream is a terminal; colours are off. */
export function createFakeContext(over: Partial<CliContext> = {}): FakeContext {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const read = (stream: PassThrough) => () => stream.read()?.toString("utf8") ?? "";
  return {
    ...{ cwd: "/", env: {}, json: false, verbose: false, color: false, ...over },
    // Commands write text to them and ask whether they are a terminal, nothing else.
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    out: read(stdout),
    err: read(stderr),
  };
}

/** A text that tries to steer the terminal: clears the screen, sets the title, moves up, and a line break. */
export const hostileText = "a\u001b[2Jb\u001b]0;title\u0007c\u009b31md\re\u0008f";
