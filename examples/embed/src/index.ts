export { type EngineParts, openEngine } from "./engine.js";
export { createService, shop } from "./service.js";
