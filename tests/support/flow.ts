import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./cli.js";

/** Writes a workflow: its sections from `## Steps` on, and settings of the file. */
export function writeFlow(project: Project, name: string, sections: readonly string[], front = ""): string {
  return project.write(name, `---\naiw: 1\n${front}---\n# ${name}\n\n## Steps\n\n${sections.join("\n")}`);
}

/** A step that runs a shell script. */
export function script(title: string, text: string, settings = ""): string {
  return `${head(title, settings)}\`\`\`bash run\n${text}\n\`\`\`\n`;
}

/** A step of any other kind, with its prose. */
export function step(title: string, settings: string, prose = ""): string {
  return `${head(title, settings)}${prose}\n`;
}

/** What a step of the lines above undoes. */
export function undo(text: string, settings = ""): string {
  return script("# Undo", text, settings).replace("### # Undo", "#### Undo");
}

/** Lines of a file of the project; none when it is not there. */
export function linesOf(project: Project, name: string): readonly string[] {
  try {
    return readFileSync(join(project.folder, name), "utf8").split("\n").slice(0, -1);
  } catch {
    return [];
  }
}

function head(title: string, settings: string): string {
  return `### ${title}\n${settings === "" ? "" : `\`\`\`yaml step\n${settings}\n\`\`\`\n`}`;
}
