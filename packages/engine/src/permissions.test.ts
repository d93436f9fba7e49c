import { expect, it } from "vitest";
import { intersectPermissions } from "./permissions.js";

it("allows only what file and step both allow", () => {
  const file = { read: ["."], write: ["reports/"], run: ["git", "gh"], net: ["*.example.com"] };
  const step = { write: ["reports/daily", "src"], run: ["git", "rm"], net: ["api.example.com", "evil.test"] };
  expect(intersectPermissions(file, step)).toEqual({
    read: ["."],
    write: ["reports/daily"],
    run: ["git"],
    net: ["api.example.com"],
  });
  expect(intersectPermissions({ write: ["a"] }, { write: ["../a", "b"] })).toEqual({ write: [] });
  expect(intersectPermissions(undefined, step)).toBe(step);
});
