export type { ProjectAgents } from "./agents.js";
export { loadConfig, type ProjectConfig } from "./config.js";
export { configFile, findProject, makeHome, type ProjectFolders } from "./home.js";
export { parseInputs } from "./inputs.js";
export { agentVariables, checkDatabase, openSpawner, tryDatabase } from "./inspect.js";
export { databaseName, type OpenStore, openProject, openStore, type Project, type ProjectOptions } from "./project.js";
export { openRuntime, type Runtime, type RuntimeOptions } from "./runtime.js";
export { createSecretSource, type SecretOptions } from "./secrets.js";
export { type LoadedWorkflow, loadWorkflow } from "./workflow.js";
