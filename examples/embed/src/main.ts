import { openEngine } from "./engine.js";
import { createService, shop } from "./service.js";

const engine = await openEngine({ folder: ".aiw", tools: [shop] });
const server = createService(engine).listen(8080, "127.0.0.1");
console.log("POST http://127.0.0.1:8080/orders");

process.once("SIGINT", async () => {
  server.close();
  await engine.close();
});
