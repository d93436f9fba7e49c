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
  readonly steps: StepSection;
  readonly onFailure: StepSection;
  readonly finally: StepSection;
}

/** `## Steps`, `## On failure` or `## Finally`. */
export interface StepSection {
  /** Absent when the file has no such section. */
  readonly heading?: HeadingBlock;
  readonly steps: readonly StepBlock[];
}

/** A `##` before the steps. */
export interface Section {
  /** As in `sections.any_name`. */
  readonly key: string;
  readonly heading: HeadingBlock;
  readonly body: Range;
  readonly fences: readonly RoleFence[];
}

/** A `###` after `## Steps`, or its `#### Undo`. */
export interface StepBlock {
  readonly heading: HeadingBlock;
  readonly body: Range;
  readonly fences: readonly RoleFence[];
  /** Inside the body, and no part of the step's prose. */
  readonly undo?: StepBlock;
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
  undo?: OpenPart;
}

/** Sections of steps, by their title in lower case. */
const stepSections = { steps: "steps", "on failure": "onFailure", finally: "finally" } as const;
type StepArea = (typeof stepSections)[keyof typeof stepSections];

class Builder {
  readonly #body: Range;
  readonly #report: Report;
  #title: HeadingBlock | undefined;
  #descriptionEnd: number;
  readonly #sections: OpenPart[] = [];
  readonly #areas: Readonly<Record<StepArea, { heading: HeadingBlock | undefined; readonly steps: OpenPart[] }>> = {
    steps: { heading: undefined, steps: [] },
    onFailure: { heading: undefined, steps: [] },
    finally: { heading: undefined, steps: [] },
  };
  #hasInstructions = false;
  #area: "intro" | "section" | StepArea = "intro";
  #open: OpenPart | undefined;
  /** The open step, or its Undo: what fences belong to. */
  #part: OpenPart | undefined;
  /** Under a heading where fences with a role are reserved; `known`: that was said already. */
  #reserved: "report" | "known" | undefined;

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
    this.#close(this.#body.end);
    const area = ({ heading, steps }: { heading: HeadingBlock | undefined; readonly steps: readonly OpenPart[] }) => ({
      steps: steps.map(blockOf),
      ...(heading === undefined ? {} : { heading }),
    });
    return {
      description: { start: this.#title?.end ?? this.#body.start, end: this.#descriptionEnd },
      sections: this.#sections.map((each) => ({ key: idOf(each.heading.title), ...blockOf(each) })),
      steps: area(this.#areas.steps),
      onFailure: area(this.#areas.onFailure),
      finally: area(this.#areas.finally),
      ...(this.#title === undefined ? {} : { title: this.#title }),
    };
  }

  /** The steps that a `###` heading adds to; nothing before the first section of steps. */
  #steps(): OpenPart[] | undefined {
    return this.#area === "intro" || this.#area === "section" ? undefined : this.#areas[this.#area].steps;
  }

  #heading(heading: HeadingBlock): void {
    const steps = this.#steps();
    if (heading.level === 1 && steps === undefined) this.#titleHeading(heading);
    else if (heading.level === 2 && steps === undefined) this.#section(heading);
    else if (heading.level <= 2) this.#afterSteps(heading);
    else if (heading.level === 3 && steps !== undefined) this.#start(heading, steps);
    else if (heading.level >= 4 && steps !== undefined) this.#subheading(heading);
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
    this.#close(heading.start);
    if (isStepSection(name)) {
      this.#stepSection(heading, stepSections[name]);
      return;
    }
    if (name === "instructions") {
      if (this.#hasInstructions) this.#twice(heading);
      this.#hasInstructions = true;
    }
    this.#area = "section";
    this.#start(heading, this.#sections);
  }

  #afterSteps(heading: HeadingBlock): void {
    const name = heading.title.toLowerCase();
    if (heading.level === 2 && isStepSection(name)) {
      this.#close(heading.start);
      this.#stepSection(heading, stepSections[name]);
      return;
    }
    const message = `'${heading.title}' would end the steps: after '## Steps' only '## On failure' and '## Finally' follow`;
    const help = name === "instructions" ? "move it before ## Steps" : "use ####";
    this.#report.add("E007", titleRange(heading), message, help);
  }

  #stepSection(heading: HeadingBlock, area: StepArea): void {
    const section = this.#areas[area];
    if (section.heading !== undefined) this.#twice(heading);
    else if (area === "steps" && this.#steps() !== undefined) {
      const message = "'## Steps' stands after the steps of another section";
      this.#report.add("E022", titleRange(heading), message, "move it before ## On failure and ## Finally");
    }
    section.heading ??= heading;
    this.#area = area;
  }

  #subheading(heading: HeadingBlock): void {
    const step = this.#open;
    const isUndo = heading.level === 4 && heading.title.toLowerCase() === "undo";
    if (heading.level === 4) this.#endUndo(heading.start);
    if (!isUndo || step === undefined) this.#reserved ??= "report";
    else if (step.undo === undefined) {
      step.undo = { heading, fences: [], end: heading.end };
      this.#part = step.undo;
      this.#reserved = undefined;
    } else {
      this.#report.add("E006", titleRange(heading), "a second '#### Undo' in one step", "join the two");
      this.#reserved = "known";
    }
  }

  #endUndo(at: number): void {
    if (this.#part !== this.#open && this.#part !== undefined) this.#part.end = at;
    this.#part = this.#open;
  }

  #nearHeading({ level, start, end }: { readonly level: number; readonly start: number; readonly end: number }): void {
    const marks = "#".repeat(level);
    this.#report.add("E011", { start, end }, `a heading needs a space after '${marks}'`, `write ${marks} and a space`);
  }

  #fence(fence: FenceBlock): void {
    const line = { start: fence.infoStart, end: Math.max(fence.openEnd, fence.infoStart) };
    if (!fence.closed) {
      const at = { start: fence.start, end: fence.openEnd };
      this.#report.add("E008", at, "this fence is not closed", "end it with a line of the same marks");
    }
    if (fence.nested) {
      if (!isRoleFence(fence)) return;
      this.#report.add("E010", line, "a fence with a role stands inside a list or quote", "move it to the margin");
      return;
    }
    const role = roleOf(fence);
    if (role.kind === "wrong") this.#report.add("E014", line, role.message, role.help);
    else this.#roleFence({ ...fence, role }, line);
  }

  #roleFence(fence: RoleFence, line: Range): void {
    const hasRole = fence.role.kind === "settings" || fence.role.kind === "script";
    const part = this.#part;
    if (hasRole && (this.#steps() === undefined || part === undefined)) {
      const message = "a fence with a role stands outside of a step";
      this.#report.add("E012", line, message, "move it under a ### heading after ## Steps");
    } else if (hasRole && this.#reserved !== undefined) {
      const message = "a fence with a role under '####' is reserved";
      if (this.#reserved === "report") this.#report.add("E018", line, message, "move it above the #### heading");
      // Its content is neither settings nor prose: nothing in it is to be read.
      part?.fences.push({ ...fence, role: { kind: "raw" } });
    } else part?.fences.push(fence);
  }

  #twice(heading: HeadingBlock): void {
    const message = `the section '## ${heading.title}' stands here twice`;
    this.#report.add("E006", titleRange(heading), message, "keep one of them");
  }

  #start(heading: HeadingBlock, list: OpenPart[]): void {
    this.#close(heading.start);
    this.#open = { heading, fences: [], end: heading.end };
    this.#part = this.#open;
    this.#reserved = undefined;
    list.push(this.#open);
  }

  #close(at: number): void {
    if (this.#area === "intro") this.#descriptionEnd = Math.min(this.#descriptionEnd, at);
    this.#endUndo(at);
    if (this.#open !== undefined) this.#open.end = at;
    this.#open = undefined;
    this.#part = undefined;
  }
}

function blockOf({ heading, fences, end, undo }: OpenPart): StepBlock {
  const body = { start: heading.end, end };
  return { heading, fences, body, ...(undo === undefined ? {} : { undo: blockOf(undo) }) };
}

function isStepSection(name: string): name is keyof typeof stepSections {
  return Object.hasOwn(stepSections, name);
}

function titleRange(heading: HeadingBlock): Range {
  return { start: heading.titleStart - heading.level - 1, end: Math.max(heading.end, heading.titleStart) };
}
