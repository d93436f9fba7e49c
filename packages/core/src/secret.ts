const redacted = "[redacted]";
const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * A value that prints as `[redacted]` everywhere: string conversion, JSON, `console.log`, template text.
 * Only {@link Secret.reveal} gives it out; call that at the last moment, next to the use.
 */
export class Secret {
  readonly name: string;
  readonly #value: string;

  /** @param name - The name under which workflows ask for it; not secret. */
  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  /** The plain value. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return redacted;
  }

  toJSON(): string {
    return redacted;
  }

  [Symbol.toPrimitive](): string {
    return redacted;
  }

  [inspect](): string {
    return `Secret(${this.name}) ${redacted}`;
  }
}

/** Where the plain values of secrets come from: the environment, a secrets file, a credential store. */
export type SecretSource = (name: string) => Promise<Secret | undefined>;
