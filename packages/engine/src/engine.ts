import type { Engine, EngineOptions } from "./options.js";
import { StandardEngine } from "./standard-engine.js";

/** An engine over one store. Any number of engines, in any number of processes, may share a store. */
export function createEngine(options: EngineOptions): Engine {
  const engine = new StandardEngine(options);
  return {
    start: (request) => engine.start(request),
    resume: (run, resume) => engine.resume(run, resume),
    cancel: (run, by, cancel) => engine.cancel(run, by, cancel),
    signal: (run, signal) => engine.signal(run, signal),
    get: (run) => engine.get(run),
    watch: (run, watch) => engine.watch(run, watch),
    onProgress: (listener) => engine.hub.onProgress(listener),
    close: () => engine.close(),
  };
}
