import { readdirSync, readFileSync } from "node:fs";

/** Processes of this machine whose environment holds a text, without this one. Linux only. */
export function processesWith(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => readSafely(`/proc/${name}/environ`).includes(text) && !isZombie(name))
    .map(Number);
}

/** Waits until no process holds the text, at most `withinMs`; returns those that are left. */
export async function processesLeft(text: string, withinMs = 10_000): Promise<readonly number[]> {
  const end = Date.now() + withinMs;
  for (;;) {
    const left = processesWith(text);
    if (left.length === 0 || Date.now() > end) return left;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isZombie(pid: string): boolean {
  return /^State:\s+Z/m.test(readSafely(`/proc/${pid}/status`));
}

function readSafely(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
