import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "./__fixtures__/folders.js";
import { findBundle, loadBundleTools } from "./bundle.js";

describe("findBundle", () => {
  it.each([
    ["workflow.md", { "workflow.md": "", "main.md": "", "other.md": "" }],
    ["main.md", { "main.md": "", "other.md": "" }],
    ["review.md", { "review.md": "", "README.md": "", "CHANGELOG.md": "", "LICENSE.md": "", ".hidden.md": "" }],
  ])("takes %s", (name, files) => {
    const folder = makeFolder(files);
    expect(findBundle(folder).workflowFile).toBe(join(folder, name));
  });

  it("names what else belongs to it", () => {
    const folder = makeFolder({ "workflow.md": "", "tools/a.sh": "", "tools.yaml": "", "config.yaml": "" });
    expect(findBundle(folder)).toEqual({
      folder,
      workflowFile: join(folder, "workflow.md"),
      toolsFolder: join(folder, "tools"),
      manifest: join(folder, "tools.yaml"),
      config: join(folder, "config.yaml"),
    });
  });

  it.each([
    ["nothing", {}, /holds no workflow file/, /it is empty/],
    ["no Markdown", { "a.txt": "" }, /holds no workflow file/, /a\.txt/],
    ["only a README", { "README.md": "" }, /holds no workflow file/, /README\.md/],
    ["two candidates", { "a.md": "", "b.md": "" }, /several/, /a\.md, b\.md/],
  ])("refuses a folder with %s and says what it saw", (_, files, message, hint) => {
    const folder = makeFolder(files);
    expect(() => findBundle(folder)).toThrow(
      expect.objectContaining({
        code: "not_a_bundle",
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });

  it("refuses a workflow that is a link out of the bundle", () => {
    const outside = makeFolder({ "secret.md": "" });
    const folder = makeFolder({ "README.md": "" });
    symlinkSync(join(outside, "secret.md"), join(folder, "workflow.md"));
    expect(() => findBundle(folder)).toThrow(expect.objectContaining({ code: "not_a_bundle" }));
  });

  it("refuses a folder that does not exist", () => {
    expect(() => findBundle("/no/such/folder")).toThrow(expect.objectContaining({ code: "file_not_found" }));
  });
});

describe("loadBundleTools", () => {
  it("throws the first problem and carries all of them", () => {
    const folder = makeFolder({ "workflow.md": "", "tools/a.sh": "", "tools/a.yaml": "tiemout: 5s\nfoo: 1\n" });
    expect(() => loadBundleTools(findBundle(folder))).toThrow(
      expect.objectContaining({
        code: "tool_invalid",
        message: "tools/a.yaml:1:1: unknown key 'tiemout' (and 1 more)",
        hint: "did you mean 'timeout'?",
      }),
    );
  });

  it("is empty for a bundle without tools", () => {
    expect(loadBundleTools(findBundle(makeFolder({ "workflow.md": "" })))).toEqual([]);
  });
});
