/** What is known of a key besides its reader: for editors, references and hovers. */
export interface KeyDoc {
  /** One or two plain sentences in Markdown. */
  readonly about: string;
  /** The key with a value, in one line of YAML. */
  readonly example: string;
  /** Values that it names. */
  readonly words?: readonly string[];
  /** What else its value names; of a list, each item. */
  readonly names?: NamedThing;
  /** Keys of its map; in a list, of each item. */
  readonly keys?: Readonly<Record<string, KeyDoc>>;
  /** Its map has keys that the author chooses; this is known of each. */
  readonly each?: Pick<KeyDoc, "words" | "names" | "keys">;
}

/** Things that settings name. */
export type NamedThing =
  /** A step that is done by then. */
  | "step"
  /** One with a conversation to go on with. */
  | "session"
  /** The first step of the rounds. */
  | "round"
  /** One with a workspace of its own. */
  | "workspace"
  | "agent"
  | "operation"
  | "tool"
  | "secret"
  | "type"
  | "error"
  /** Arguments of what is called. */
  | "arguments"
  /** Inputs of the workflow. */
  | "inputs";
