/** Uniform in [0, 1). */
export type Random = () => number;

/** One of a list. */
export function pick<T>(random: Random, items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

/** A workflow in Markdown as somebody may have written it: any mixture of styles, line ends and empty lines. */
export function writeWorkflow(random: Random): string {
  const writer = new Writer(random);
  const text = writer.file();
  return random() < 0.2 ? `\ufeff${text.replaceAll("\n", "\r\n")}` : text;
}

const titles = [
  "Fetch",
  "Review the diff",
  "2. Merge",
  "Step 3: Post",
  "翻訳",
  "Größe prüfen",
  "A `code` title",
  "Say #1",
] as const;

class Writer {
  readonly #random: Random;
  readonly #mark: string;
  readonly #gap: string;
  /** Ids of the steps above that may be read. */
  readonly #ids: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#mark = this.#is(0.2) ? "~~~" : "```";
    this.#gap = pick(random, ["\n", "\n\n", "\n\n\n"]);
  }

  file(): string {
    const count = 1 + Math.floor(this.#random() * 5);
    const steps = Array.from({ length: count }, (_, index) => this.#step(index, "steps"));
    const last = this.#ids.at(-1) ?? "none";
    const ends = ["On failure", "Finally"].flatMap((title, index) =>
      this.#is(0.3) ? [`## ${title}`, this.#step(10 + index, "end")] : [],
    );
    const parts = [
      this.#front(last),
      ...(this.#is(0.7) ? ["# A title", "About it.\n\n- a list\n- of things"] : []),
      ...(this.#is(0.3) ? ["## Instructions", "Be brief. {{ sections.house_rules }}", "## House rules", "None."] : []),
      "## Steps",
      ...(this.#is(0.2) ? ["These do the work."] : []),
      ...steps,
      ...ends,
    ];
    return parts.join(this.#gap) + (this.#is(0.8) ? "\n" : "");
  }

  #front(last: string): string {
    const lines = [
      "aiw: 1",
      "inputs:\n  base: string = main # where it begins\n  count: integer = 3",
      pick(this.#random, [`outputs: { last: steps.${last}.status }`, `outputs:\n    last: steps.${last}.status`]),
      ...(this.#is(0.3) ? ["# who works\nagent: [claude,  codex]"] : []),
      ...(this.#is(0.3) ? ['env: {MODE: fast, "BASE": "{{ inputs.base }}"}'] : []),
    ];
    return `---\n${this.#shuffled(lines).join(pick(this.#random, ["\n", "\n\n"]))}\n---`;
  }

  #step(index: number, section: "steps" | "end"): string {
    const title = `${titles[index % titles.length] ?? "x"}${index > 7 ? ` ${index}` : ""}`;
    const isScript = this.#is(0.4);
    const read = this.#ids.length === 0 ? undefined : pick(this.#random, [this.#ids[0] ?? "", ...this.#ids]);
    const ownId = this.#is(0.2) ? `own_${index}` : undefined;
    const settings = this.#settings({ isScript, read, section, ownId });
    const script = isScript
      ? [`\`\`\`${pick(this.#random, ["bash", "sh", "js"])} run\necho  one \n\n# two\n\`\`\``]
      : [];
    const isInOrder = this.#is(0.8);
    // A fence with a role below a heading would be refused.
    const prose = [isInOrder ? this.#prose(read) : this.#prose(read).replaceAll("#### ", "")];
    const parts = isInOrder ? [...settings, ...script, ...prose] : this.#shuffled([...settings, ...script, ...prose]);
    const undo =
      section === "steps" && this.#is(0.2) ? ["#### Undo", `Forget {{ steps.${ownId ?? idOf(title)}.status }}.`] : [];
    if (section === "steps") this.#ids.push(ownId ?? idOf(title));
    return [`### ${title}`, ...parts, ...undo].join(pick(this.#random, ["\n", "\n\n"]));
  }

  #prose(read: string | undefined): string {
    const lines = [
      "Do it well.",
      "With *marks*,  spaces and a break.  \nIt goes on.",
      "```text raw\n{{ literal }}\n```",
      "#### Details\n- one\n  - two",
    ];
    const reads = read === undefined ? [] : [`Then {{ steps.${read}.status }}, {{ steps['${read}'].status }}.`];
    return [pick(this.#random, ["Do it.", ...lines]), ...reads].join("\n\n");
  }

  #settings(step: StepFeatures): readonly string[] {
    const { isScript, read, section, ownId } = step;
    const lines = [
      ...(ownId === undefined ? [] : [`id: ${ownId}`]),
      ...(this.#is(0.3) ? ["timeout: 5m   # long enough"] : []),
      ...(this.#is(0.3)
        ? [
            pick(this.#random, [
              "retry: 2",
              "retry: { attempts: 2 }",
              "retry:\n    attempts: 2\n    # slowly\n    delay: 5s",
            ]),
          ]
        : []),
      ...(this.#is(0.3)
        ? [pick(this.#random, ["env: {A: '1',B: \"{{ inputs.base }}\"}", 'env:\n  A: x\n  B: "1.10"'])]
        : []),
      ...(this.#is(0.2) ? ["# what comes out\noutput: { n: integer, list?: [string] }"] : []),
      ...(this.#is(0.2) ? [`if: ${read === undefined ? "inputs.count > 1" : `steps.${read}.status != 'failed'`}`] : []),
      ...(this.#is(0.2) ? ["on-error: continue"] : []),
      ...(isScript && this.#is(0.3) ? ["with:\n  text: |\n    one\n      two\n  list:\n  - 1\n  - [ a, b ]"] : []),
      ...(section === "steps" && read !== undefined && this.#is(0.3) ? [this.#needs(read)] : []),
      ...(section === "steps" && this.#is(0.15) ? ["foreach: [a, b]\nas: letter"] : []),
    ];
    if (lines.length === 0) return [];
    return [`${this.#mark}yaml step\n${this.#shuffled(lines).join("\n")}\n${this.#mark}`];
  }

  #needs(read: string): string {
    return pick(this.#random, [`needs: ${read}`, `needs: [${read}]`, `needs:\n- "${read}" # only that`]);
  }

  #shuffled<T>(items: readonly T[]): readonly T[] {
    const keyed = items.map((item) => ({ item, key: this.#is(0.3) ? this.#random() : 0 }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  #is(chance: number): boolean {
    return this.#random() < chance;
  }
}

interface StepFeatures {
  readonly isScript: boolean;
  readonly read: string | undefined;
  readonly section: "steps" | "end";
  readonly ownId: string | undefined;
}

function idOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/^(?:\d+\.|step \d+:) /, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
    .replaceAll(/^_|_$/g, "");
}
