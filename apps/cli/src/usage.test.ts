import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { main } from "./main.js";

let printed = { out: "", err: "" };
beforeEach(() => {
  printed = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    printed.err += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  [
    ["run"],
    /missing required argument 'workflow'/,
    "which workflow? give the path of a Markdown file or a bundle: `aiw run",
  ],
  [["resume"], /'run'/, "which run? `aiw runs list` shows them"],
  [["run", ""], /path of the workflow is empty/, "which workflow?"],
  [["chekc", "x.md"], /unknown command 'chekc'/, "did you mean `aiw check`?"],
  [["zzzzzz"], /unknown command/, "`aiw --help` lists the commands"],
  [["package.json"], /unknown command/, "did you mean `aiw run package.json`?"],
  [["run", "x.md", "--jsno"], /unknown option '--jsno'/, "did you mean '--json'?"],
  [["runs", "--statsu", "failed"], /unknown option/, "did you mean '--status'?"],
  [["runs", "f2"], /too many arguments/, "did you mean `aiw runs show f2`?"],
  [["runs", "lgos"], /too many arguments/, "did you mean `aiw runs logs`?"],
  [["agent", "claude"], /too many arguments/, "did you mean `aiw agent info claude`?"],
  [["graph", "a.md", "b.md"], /too many arguments/, "`aiw graph --help`"],
  [["run", "x.md", "--model"], /argument missing/, "write `--model <model>`"],
  [["help", "bogus"], /no command 'bogus'/, "`aiw --help` lists the commands"],
  [["help", "ran"], /no command 'ran'/, "did you mean `aiw help run`?"],
])("refuses %j with what to write instead", async (argv, message, hint) => {
  expect(await main(argv)).toBe(2);
  const [head = "", help = "", ...more] = printed.err.trimEnd().split("\n");
  expect(head).toMatch(/^error\[usage\] /);
  expect(head).toMatch(message);
  expect(help).toMatch(/^help: /);
  expect(help).toContain(hint);
  expect(more).toEqual([]);
  expect(printed.out).toBe("");
});

it.each([[["run"]], [["help", "bogus"]], [["runs", "f2"]], [["explain", "nope"]], [[]]])(
  "gives the full summary for the refusal of %j with --json",
  async (argv) => {
    expect(await main([...argv, "--json"])).toBe(2);
    expect(JSON.parse(printed.out)).toEqual({
      ...{ type: "summary", run: null, status: "failed", reason: "refused" },
      error: expect.objectContaining({ code: "usage", hint: expect.any(String) }),
      ...{ outputs: {}, steps: {}, cost_usd: 0, duration_ms: 0 },
    });
  },
);

it("shows no default of a repeatable flag", async () => {
  expect(await main(["run", "--help"])).toBe(0);
  expect(printed.out).not.toContain("default: []");
});
