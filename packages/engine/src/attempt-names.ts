import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AiwError, attemptToken } from "@aiw/core";
import { digest } from "./digest.js";
import type { AttemptPlan } from "./plan.js";

/** Token and private folder of an attempt, made when somebody asks for them: what works in this process needs neither. */
export class AttemptNames {
  readonly #plan: AttemptPlan;
  readonly #tempFolder: string;
  #token: string | undefined;
  #folder: string | undefined;

  constructor(plan: AttemptPlan, tempFolder: string) {
    this.#plan = plan;
    this.#tempFolder = tempFolder;
  }

  token(): string {
    const { run, path: step, attempt, fence } = this.#plan;
    this.#token ??= attemptToken({ run, step, attempt, fence }, digest);
    return this.#token;
  }

  get hasFolder(): boolean {
    return this.#folder !== undefined;
  }

  /** @throws AiwError `store_io`. */
  folder(): string {
    this.#folder ??= makeFolder(join(this.#tempFolder, this.token()));
    return this.#folder;
  }

  /** What cannot be removed is left to the system's own cleaning; the attempt has its result. */
  async remove(): Promise<void> {
    const path = this.#folder;
    if (path !== undefined) await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

function makeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  } catch (cause) {
    throw new AiwError("store_io", `cannot make the folder ${path}`, {
      hint: "check the space and the rights of the temporary folder",
      cause,
    });
  }
}
