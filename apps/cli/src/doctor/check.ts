/** One finding about the machine or the project. */
export interface DoctorCheck {
  /** Stable name for machines. */
  readonly id: string;
  readonly title: string;
  /** `error`: AIW does not work until it is mended; `warning`: something is weaker or missing; `ok`. */
  readonly status: "ok" | "warning" | "error";
  readonly message: string;
  /** One thing to do; where there is something to do. */
  readonly fix?: string | undefined;
}

/** A check that is well. */
export function ok(id: string, title: string, message: string): DoctorCheck {
  return { id, title, status: "ok", message };
}
