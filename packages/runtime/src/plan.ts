import { join } from "node:path";
import type { StartRequest } from "@aiw/core";
import type { RunPlan } from "@aiw/engine";
import { requireAgent } from "./agents.js";
import { openSpawner } from "./inspect.js";
import { openProject } from "./project.js";
import type { RuntimeOptions } from "./runtime.js";
import { createSecretSource } from "./secrets.js";
import { createToolSource } from "./tools.js";

/**
 * What a run would do here, and all that keeps it from starting. Executes nothing, writes nothing and makes no model call;
 * agents are asked for their health.
 *
 * @throws AiwError `config_invalid`, `file_*` of the secrets file.
 */
export async function planWorkflow(options: RuntimeOptions, request: StartRequest): Promise<RunPlan> {
  const project = await openProject(options);
  const [{ planRun }, { createFileArtifactStore }, spawner] = await Promise.all([
    import("@aiw/engine"),
    import("@aiw/reliability"),
    openSpawner(project.config, options.env),
  ]);
  try {
    return await planRun(
      {
        spawner,
        agents: (id) => requireAgent(project.agents, id),
        autoAgents: project.agents.auto,
        tools: createToolSource(),
        secrets: createSecretSource({ env: options.env, file: options.secretsFile }),
        artifacts: createFileArtifactStore({ folder: join(project.home, "artifacts") }),
        code: options.code,
      },
      request,
    );
  } finally {
    await spawner.close();
    await project.close();
  }
}
