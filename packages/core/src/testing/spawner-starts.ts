import { expect } from "vitest";
import type { ProcessSpec, Spawner } from "../ports/spawner.js";
import { Secret } from "../secret.js";
import { contractPrograms, printArguments, printVariable } from "./spawner-programs.js";

const cwd = "/";

/** What a program gets, and what is refused before it starts. */
export const startTests = {
  async "passes arguments as they are, without a shell"(spawner: Spawner) {
    const args = ["", "two words", "$HOME", "`id`", "*", "'\"", "a\nb", "--", "ü€"];
    const { stdout } = await spawner.run({ ...printArguments(...args), cwd });
    expect(stdout).toBe(args.map((arg) => `<${arg}>\n`).join(""));
  },
  async "passes variables as they are, and the plain value of secrets"(spawner: Spawner) {
    const value = " $HOME `id` \"'\\ \t\r\n ü€😀 \u0001 = ";
    expect((await variable(spawner, { env: { V: value } }, "V")).slice(0, -3)).toBe(`<${value}`);
    expect(await variable(spawner, { env: { V: new Secret("V", "plain") } }, "V")).toContain("<plain");
    expect(await variable(spawner, { env: { V: "" } }, "V")).toContain("<");
  },
  async "gives the token of the attempt as AIW_ATTEMPT"(spawner: Spawner) {
    expect(await variable(spawner, { token: "attempt-1" }, "AIW_ATTEMPT")).toContain("<attempt-1");
    expect(await variable(spawner, {}, "AIW_ATTEMPT")).toBe("unset");
  },
  async "starts from nothing when asked to"(spawner: Spawner) {
    expect(await variable(spawner, {}, "PATH")).not.toBe("unset");
    expect(await variable(spawner, { bareEnv: true }, "HOME")).toBe("unset");
    expect(await variable(spawner, { bareEnv: true, env: { HOME: "/there" } }, "HOME")).toContain("</there");
  },
  async "passes standard input, NUL and much of it included"(spawner: Spawner) {
    const bytes = new TextEncoder().encode(`a\0b${"x".repeat(200_000)}\0€`);
    const { stdout } = await spawner.run({ ...contractPrograms.copyInput, cwd, stdin: bytes });
    expect(stdout).toBe(new TextDecoder().decode(bytes));
    expect((await spawner.run({ ...contractPrograms.copyInput, cwd, stdin: "text" })).stdout).toBe("text");
  },
  async "gives an empty input where there is none"(spawner: Spawner) {
    expect(await spawner.run({ ...contractPrograms.copyInput, cwd })).toMatchObject({ exitCode: 0, stdout: "" });
  },
  async "lets a program leave its input unread"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.ignoreInput, cwd, stdin: "x".repeat(1 << 20) });
    expect(result).toMatchObject({ exitCode: 0, stdout: "done" });
  },
  async "lets a program open its streams by name"(spawner: Spawner) {
    const result = await spawner.run({ ...contractPrograms.openStreamsByName, cwd, stdin: "in" });
    expect(result).toMatchObject({ exitCode: 0, stdout: "in", stderr: "err" });
  },
  async "refuses what no variable can hold, and starts nothing"(spawner: Spawner) {
    const refused: readonly NonNullable<ProcessSpec["env"]>[] = [
      { V: "a\0b" },
      { V: "x".repeat(131_070) },
      { V: new Secret("V", "€".repeat(50_000)) },
      { "": "x" },
      { "A=B": "x" },
    ];
    for (const env of refused) await expectRefused(spawner, { env }, "env_invalid");
    expect(await variable(spawner, { env: { V: "x".repeat(131_069) } }, "V")).toContain("<xxx");
  },
  async "refuses a working directory that is not there"(spawner: Spawner) {
    await expectRefused(spawner, { cwd: "/no/such/folder" }, "cwd_invalid");
    await expectRefused(spawner, { cwd: "relative" }, "cwd_invalid");
  },
  async "tells a program that is not there from one that may not be executed"(spawner: Spawner) {
    const notFound = { code: "spawn_failed", details: { reason: "not_found" } };
    await expect(spawner.run({ command: "no-such-program-of-aiw", cwd })).rejects.toMatchObject(notFound);
    await expect(spawner.run({ command: "/no/such/program", cwd })).rejects.toMatchObject(notFound);
    await expect(spawner.run({ command: "/etc/passwd", cwd })).rejects.toMatchObject({
      code: "spawn_failed",
      details: { reason: "not_executable" },
    });
  },
  async "refuses an argument with NUL"(spawner: Spawner) {
    await expectRefused(spawner, { args: ["a\0b"] }, "spawn_failed");
  },
} satisfies Readonly<Record<string, (spawner: Spawner) => Promise<void>>>;

async function variable(spawner: Spawner, spec: Partial<ProcessSpec>, name: string): Promise<string> {
  return (await spawner.run({ ...printVariable(name), cwd, ...spec })).stdout;
}

async function expectRefused(spawner: Spawner, spec: Partial<ProcessSpec>, code: string): Promise<void> {
  let started = 0;
  const onStart = () => started++;
  const running = spawner.run({ ...contractPrograms.exitThree, cwd, onStart, ...spec });
  await expect(running).rejects.toMatchObject({ code });
  expect(started).toBe(0);
}
