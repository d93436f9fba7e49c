import type { Report } from "../problems/report.js";
import type { Block, FenceBlock, HeadingBlock } from "../text/blocks.js";
import type { Range } from "../text/source.js";
import { idOf } from "./ids.js";
import { isRoleFence, type RoleFence, roleOf } from "./roles.js";

/** The parts of a workflow file. */
export interface Outline {
  readonly title?: HeadingBlock;
  /** Prose before the first `##`. */
  readonly description: Range;
  readonly sections: readonly Section[];
  readonly steps: readonly StepBlock[];
  /** The `## Steps` heading. */
  readonly stepsHeading?: HeadingBlock;
}

/** A `##` before the steps. */
export interface Section {
  /** As in `sections.any_name`. */
  readonly key: string;
  readonly heading: HeadingBlock;
  readonly body: Range;
  readonly fences: readonly RoleFence[];
}

/** A `###` after `## Steps`. */
export interface StepBlock {
  readonly heading: HeadingBlock;
  readonly body: Range;
  readonly fences: readonly RoleFence[];
}

/** Sorts the blocks of a file into its parts. */
export function outlineOf(blocks: readonly Block[], body: Range, report: Report): Outline {
  const builder = new Builder(body, report);
  for (const block of blocks) builder.take(block);
  return builder.finish();
}

interface OpenPart {
  readonly heading: HeadingBlock;
  readonly fences: RoleFence[];
  /** Text ends here; the next structural heading sets it. */
  end: number;
}

class Builder {
  readonly #body: Range;
  readonly #report: Report;
  #title: HeadingBlock | undefined;
  #stepsHeading: HeadingBlock | undefined;
  #descriptionEnd: number;
  readonly #sections: OpenPart[] = [];
  readonly #steps: OpenPart[] = [];
  readonly #structural = new Set<string>();
  /** `later`: in a section that this version refuses. */
  #area: "intro" | "section" | "steps" | "later" = "intro";
  #open: OpenPart | undefined;
  /** The `####` heading that the open step is under. */
  #under: "undo" | "other" | undefined;

  constructor(body: Range, report: Report) {
    this.#body = body;
    this.#report = report;
    this.#descriptionEnd = body.end;
  }

  take(block: Block): void {
    if (block.kind === "heading") this.#heading(block);
    else if (block.kind === "fence") this.#fence(block);
    else if (block.kind === "near-heading") this.#nearHeading(block);
    else {
      const range = { start: block.start, end: block.start + 4 };
      if (block.comment) this.#report.add("E009", range, "this comment is not closed", "end it with -->");
      else this.#report.add("E009", range, "this HTML block is not closed", "add its closing tag");
    }
  }

  finish(): Outline {
    if (this.#open !== undefined) this.#open.end = this.#body.end;
    const part = ({ heading, fences, end }: OpenPart) => ({ heading, fences, body: { start: heading.end, end } });
    return {
      description: { start: this.#title?.end ?? this.#body.start, end: this.#descriptionEnd },
      sections: this.#sections.map((each) => ({ key: idOf(each.heading.title), ...part(each) })),
      steps: this.#steps.map(part),
      ...(this.#title === undefined ? {} : { title: this.#title }),
      ...(this.#stepsHeading === undefined ? {} : { stepsHeading: this.#stepsHeading }),
    };
  }

  #heading(heading: HeadingBlock): void {
    const afterSteps = this.#area === "steps" || this.#area === "later";
    if (heading.level === 1 && !afterSteps) this.#titleHeading(heading);
    else if (heading.level === 2 && !afterSteps) this.#section(heading);
    else if (heading.level <= 2) this.#afterSteps(heading);
    else if (heading.level === 3 && this.#area === "steps") this.#start(heading, this.#steps);
    else if (heading.level >= 4 && this.#area === "steps") this.#subheading(heading);
  }

  #titleHeading(heading: HeadingBlock): void {
    if (this.#title === undefined && this.#area === "intro") {
      this.#title = heading;
      return;
    }
    const message = this.#title === undefined ? "the title must stand before the first '##'" : "a second title";
    this.#report.add("E006", titleRange(heading), message, "use ## for a section");
  }

  #section(heading: HeadingBlock): void {
    const name = heading.title.toLowerCase();
    this.#close(heading);
    if (name === "steps") {
      this.#once(name, heading);
      this.#stepsHeading = heading;
      this.#area = "steps";
    } else if (isLater(name)) this.#later(heading);
    else {
      if (name === "instructions") this.#once(name, heading);
      this.#area = "section";
      this.#start(heading, this.#sections);
    }
  }

  #afterSteps(heading: HeadingBlock): void {
    const name = heading.title.toLowerCase();
    if (heading.level === 2 && isLater(name)) {
      this.#close(heading);
      this.#later(heading);
    } else if (heading.level === 2 && name === "steps") {
      this.#once(name, heading);
      this.#close(heading);
      this.#area = "steps";
    } else {
      const message = `'${heading.title}' would end the steps: after '## Steps' only '###' headings are structure`;
      const help = name === "instructions" ? "move it before ## Steps" : "use ####";
      this.#report.add("E007", titleRange(heading), message, help);
    }
  }

  #later(heading: HeadingBlock): void {
    this.#area = "later";
    const message = `'## ${heading.title}' is part of the language, not in this version`;
    this.#report.add("E903", titleRange(heading), message, "remove the section");
  }

  #subheading(heading: HeadingBlock): void {
    const isUndo = heading.level === 4 && heading.title.toLowerCase() === "undo";
    this.#under = isUndo || (this.#under === "undo" && heading.level > 4) ? "undo" : "other";
    if (isUndo) {
      const message = "'#### Undo' is part of the language, not in this version";
      this.#report.add("E903", titleRange(heading), message, "remove it, or write the undoing as a step of its own");
    }
  }

  #nearHeading({ level, start, end }: { readonly level: number; readonly start: number; readonly end: number }): void {
    if (this.#area === "later") return;
    const marks = "#".repeat(level);
    this.#report.add("E011", { start, end }, `a heading needs a space after '${marks}'`, `write ${marks} and a space`);
  }

  #fence(fence: FenceBlock): void {
    const line = { start: fence.infoStart, end: Math.max(fence.openEnd, fence.infoStart) };
    if (!fence.closed)
      this.#report.add(
        "E008",
        { start: fence.start, end: fence.openEnd },
        "this fence is not closed",
        "end it with a line of the same marks",
      );
    if (this.#area === "later") return;
    if (fence.nested) {
      if (isRoleFence(fence))
        this.#report.add("E010", line, "a fence with a role stands inside a list or quote", "move it to the margin");
      return;
    }
    const role = roleOf(fence);
    if (role.kind === "wrong") {
      this.#report.add("E014", line, role.message, role.help);
      return;
    }
    const hasRole = role.kind === "settings" || role.kind === "script";
    if (hasRole && (this.#area !== "steps" || this.#open === undefined)) {
      this.#report.add(
        "E012",
        line,
        "a fence with a role stands outside of a step",
        "move it under a ### heading after ## Steps",
      );
    } else if (hasRole && this.#under !== undefined) {
      if (this.#under === "other")
        this.#report.add(
          "E018",
          line,
          "a fence with a role under '####' is reserved",
          "move it above the #### heading",
        );
      // Its content is neither settings nor prose: nothing in it is to be read.
      this.#open?.fences.push({ ...fence, role: { kind: "raw" } });
    } else this.#open?.fences.push({ ...fence, role });
  }

  #once(name: string, heading: HeadingBlock): void {
    if (this.#structural.has(name)) {
      this.#report.add(
        "E006",
        titleRange(heading),
        `the section '## ${heading.title}' stands here twice`,
        "keep one of them",
      );
    }
    this.#structural.add(name);
  }

  #start(heading: HeadingBlock, list: OpenPart[]): void {
    this.#close(heading);
    this.#open = { heading, fences: [], end: heading.end };
    this.#under = undefined;
    list.push(this.#open);
  }

  #close(next: HeadingBlock): void {
    if (this.#area === "intro") this.#descriptionEnd = Math.min(this.#descriptionEnd, next.start);
    if (this.#open !== undefined) this.#open.end = next.start;
    this.#open = undefined;
  }
}

function isLater(name: string): boolean {
  return name === "on failure" || name === "finally";
}

function titleRange(heading: HeadingBlock): Range {
  return { start: heading.titleStart - heading.level - 1, end: Math.max(heading.end, heading.titleStart) };
}
