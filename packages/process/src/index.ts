export { allowedEnvironment } from "./environment.js";
export { isAlive, readProcessIdentity } from "./identity.js";
export { isOwnFolder, makeOwnedFolder, type OwnedFolderOptions } from "./owned-folder.js";
export { createSpawner, type SpawnerOptions } from "./spawner.js";
