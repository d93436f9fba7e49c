import { expect, it } from "vitest";
import { configJsonSchema } from "./config.js";

it("is the published schema: `npm run schemas` writes it", async () => {
  const text = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../schemas/config.json");
});
