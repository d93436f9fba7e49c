export { type Bundle, findBundle, loadBundleTools } from "./bundle.js";
export { type BundleConfig, loadBundleConfig } from "./bundle-config.js";
export { defineTool, type FunctionOperation, type FunctionToolSpec } from "./function-tool.js";
export { formatProblem, problemsError, type ToolProblem } from "./problem.js";
export { loadScriptTools, requireScriptTools, type ScriptToolOptions, type ScriptTools } from "./script-tools.js";
