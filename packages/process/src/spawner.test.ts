import { describeSpawner } from "@aiw/core/testing";
import { availableContainments } from "./__fixtures__/containments.js";
import { createSpawner } from "./spawner.js";

for (const containment of availableContainments()) {
  describeSpawner(containment, () => createSpawner({ containment, baseEnv: process.env }));
}
