import { describe, expect, it } from "vitest";
import { tellingLine } from "./telling-line.js";

const js = (stderr: string) => tellingLine({ lang: "js", stderr, file: "/tmp/a/script.js" });

describe("tellingLine", () => {
  it("gives the error of a crash of Node, not its version", () => {
    const crash = '/tmp/a/script.js:1\nthrow new TypeError("no such order")\n^\n\nTypeError: no such order\n';
    expect(js(`${crash}    at Object.<anonymous> (/tmp/a/script.js:1:7)\n\nNode.js v24.21.0\n`)).toBe(
      "TypeError: no such order",
    );
    const coded = "node:fs:1\n    throw e;\n    ^\n\nError [ERR_X]: bad\n    at x (a.js:1:1) {\n  code: 'ERR_X'\n}\n";
    expect(js(`${coded}\nNode.js v24.21.0`)).toBe("Error [ERR_X]: bad");
    expect(
      js('/tmp/a/script.js:2\nthrow "plain"\n^\nplain\n(Use `node --trace-uncaught ...`)\n\nNode.js v24.21.0'),
    ).toBe("plain");
    expect(js("x.js:1\n^\n\nOutOfStock: none left\n    at f (x.js:1:1)\n\nNode.js v24.21.0")).toBe(
      "OutOfStock: none left",
    );
  });

  it("gives the last line of what a script said itself", () => {
    expect(js("TypeError: handled\ngiving up: no network\n\n")).toBe("giving up: no network");
    const python = "Traceback (most recent call last):\n  File \"/tmp/a/script.py\", line 1\nKeyError: 'x'\n";
    expect(tellingLine({ lang: "python", stderr: python, file: "/tmp/a/script.py" })).toBe("KeyError: 'x'");
    expect(js("")).toBe("");
  });

  it("names a line of a shell script instead of a file that is gone", () => {
    const bash = { lang: "bash", stderr: "/tmp/a/script.sh: line 3: nope: command not found\n" } as const;
    expect(tellingLine({ ...bash, file: "/tmp/a/script.sh", headingLine: 12 })).toBe(
      "line 3 of its script (below line 12 of the file): nope: command not found",
    );
    const sh = { lang: "sh", stderr: "/tmp/a/script.sh: 3: nope: not found\n" } as const;
    expect(tellingLine({ ...sh, file: "/tmp/a/script.sh" })).toBe("line 3 of its script: nope: not found");
    expect(tellingLine({ ...sh, file: "/tmp/b/script.sh" })).toBe(sh.stderr.trim());
  });
});
