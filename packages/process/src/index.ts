export { allowedEnvironment } from "./environment.js";
export { isAlive, readProcessIdentity } from "./identity.js";
export { createSpawner, type SpawnerOptions } from "./spawner.js";
