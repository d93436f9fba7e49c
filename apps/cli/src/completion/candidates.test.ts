import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { registerOtherCommands } from "../commands/register.js";
import { findCandidates, type Lookups } from "./candidates.js";

const lookups: Lookups = {
  workflows: (word) => [{ value: `${word.slice(0, word.lastIndexOf("/") + 1)}hello.md` }, { value: "evil\n.md" }],
  files: () => [{ value: "data.json" }],
  runs: async (which) => [{ value: which === "any" ? "run_abc" : `run_${which}`, about: "Hello, failed" }],
  agents: async () => [{ value: "claude" }],
  tools: async (workflow) => (workflow === "one.md" ? [{ value: "github.create_review" }] : []),
  codes: async () => [{ value: "E201", about: "unknown field" }],
};

function program(): Command {
  const root = new Command("aiw").option("--json", "JSON").option("--no-color", "no colours").version("1");
  root.command("run <workflow>").option("-a, --agent <agent>").option("--inputs <file>").option("--run-id <id>");
  root.command("resume <run>");
  root.command("cancel <run>");
  registerOtherCommands(root, () => async () => undefined);
  return root;
}

async function complete(...words: readonly string[]): Promise<readonly string[]> {
  return (await findCandidates(program(), words, lookups)).map(({ value }) => value);
}

describe("completion", () => {
  it("offers commands, without hidden ones, by what is typed", async () => {
    const all = await complete("");
    expect(all).toEqual(
      expect.arrayContaining(["run", "check", "explain", "graph", "runs", "agent", "doctor", "init"]),
    );
    expect(all).not.toContain("__complete");
    expect(await complete("ch")).toEqual(["check"]);
  });

  it("offers subcommands and what they take", async () => {
    expect(await complete("runs", "")).toEqual(expect.arrayContaining(["list", "show", "logs"]));
    expect(await complete("runs", "show", "")).toEqual(["run_abc"]);
    expect(await complete("runs", "logs", "-f", "run_")).toEqual(["run_abc"]);
    expect(await complete("resume", "")).toEqual(["run_not_completed"]);
    expect(await complete("cancel", "")).toEqual(["run_not_ended"]);
    expect(await complete("agent", "info", "")).toEqual(["claude"]);
    expect(await complete("explain", "E")).toEqual(["E201"]);
    expect(await complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await complete("workflow", "show", "")).toEqual(["hello.md"]);
    expect(await complete("workflow", "create", "--template", "")).toEqual(["basic", "multi-step", "with-tools"]);
    expect(await complete("bundle", "run", "")).toEqual(["hello.md"]);
    expect(await complete("tools", "call", "one.md", "git")).toEqual(["github.create_review"]);
    expect(await complete("tools", "call", "two.md", "")).toEqual([]);
    expect(await complete("tools", "call", "--input", "")).toEqual(["data.json"]);
  });

  it("offers flags of the command and global ones", async () => {
    const flags = await complete("runs", "logs", "--");
    expect(flags).toEqual(expect.arrayContaining(["--step", "--follow", "--json", "--no-color", "--help"]));
    expect(flags).not.toContain("--version");
    expect(await complete("graph", "a.md", "--format", "")).toEqual(["text", "mermaid", "dot", "svg"]);
    expect(await complete("run", "--agent", "")).toEqual(["claude"]);
    expect(await complete("run", "--inputs", "")).toEqual(["data.json"]);
    expect(await complete("run", "--run-id", "")).toEqual([]);
  });

  it("offers files again and again where an argument repeats, once where it does not", async () => {
    expect(await complete("check", "one.md", "")).toEqual(["hello.md"]);
    expect(await complete("run", "one.md", "")).toEqual([]);
    expect(await complete("run", "flows/")).toEqual(["flows/hello.md"]);
  });

  it("offers nothing that holds control characters", async () => {
    expect(await complete("check", "evil")).toEqual([]);
  });

  it("knows global flags before the command", async () => {
    expect(await complete("--json", "runs", "show", "")).toEqual(["run_abc"]);
  });
});
