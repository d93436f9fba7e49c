import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadWorkflow } from "@aiw/runtime";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(`${root}README.md`, "utf8");

it("shows the tour's workflow as it is, and it has no problems", async () => {
  expect(readme).toContain(`\`\`\`\`markdown\n${readFileSync(`${root}examples/tour.md`, "utf8")}\`\`\`\``);
  const { problems } = await loadWorkflow("examples/tour.md", root);
  expect(problems).toEqual([]);
});

it("links only to what is there", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)]
    .map(([, link]) => link ?? "")
    .filter((link) => !link.includes("://"));
  expect(links.length).toBeGreaterThan(8);
  expect(links.filter((link) => !existsSync(root + link))).toEqual([]);
});
