import { interruptedExit } from "./exit-codes.js";

/**
 * Listens for what asks this process to stop. First signal: stop cleanly. Second: at once.
 *
 * @returns What removes the listeners.
 */
export function onInterrupt(stop: () => void): () => void {
  let isStopping = false;
  const listener = () => {
    if (isStopping) process.exit(interruptedExit);
    isStopping = true;
    stop();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
