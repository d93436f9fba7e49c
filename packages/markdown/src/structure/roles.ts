import { nearest, type ScriptLanguage } from "@aiw/core";
import type { FenceBlock } from "../text/blocks.js";

/** What a fence is for. `wrong` was meant as a role but is none. */
export type Role =
  | { readonly kind: "settings" }
  | { readonly kind: "script"; readonly lang: ScriptLanguage }
  | { readonly kind: "raw" }
  | { readonly kind: "prose"; readonly lang: string }
  | { readonly kind: "wrong"; readonly message: string; readonly help: string };

/** A fence with its role, which is worked out once. */
export type RoleFence = FenceBlock & { readonly role: Role };

const roles = ["step", "run", "raw"];
/** What scripts are written in. */
export const scriptLanguages: readonly ScriptLanguage[] = ["bash", "sh", "python", "js", "ts"];
const otherLanguages: Readonly<Record<string, ScriptLanguage>> = {
  shell: "sh",
  zsh: "bash",
  py: "python",
  python3: "python",
  javascript: "js",
  node: "js",
  mjs: "js",
  typescript: "ts",
};

/** Would this fence make its file a workflow? */
export function isRoleFence(fence: FenceBlock): boolean {
  const role = words(fence)[1];
  return role === "step" || role === "run";
}

/** Role of a fence by the second word of its first line. */
export function roleOf(fence: FenceBlock): Role {
  const [lang = "", role, extra] = words(fence);
  if (role === undefined) return roles.includes(lang) && lang !== "raw" ? alone(lang) : { kind: "prose", lang };
  if (!roles.includes(role)) {
    const near = nearest(role, lang === "yaml" || lang === "yml" ? ["step", "raw"] : ["run", "raw"]);
    if (near === undefined) return { kind: "prose", lang };
    return wrong(`'${role}' is no role of a fence`, `did you mean '${near}'?`);
  }
  if (role === "raw") return { kind: "raw" };
  if (extra !== undefined) return wrong(`'${extra}' means nothing after the role '${role}'`, "remove it");
  if (role === "run") return script(lang);
  if (lang === "yaml" || lang === "yml") return { kind: "settings" };
  return wrong(`settings are YAML, not '${lang}'`, "write ```yaml step");
}

function script(lang: string): Role {
  const known = scriptLanguages.find((each) => each === lang);
  if (known !== undefined) return { kind: "script", lang: known };
  const other = Object.hasOwn(otherLanguages, lang) ? otherLanguages[lang] : nearest(lang, scriptLanguages);
  const help = other === undefined ? `there is: ${scriptLanguages.join(", ")}` : `write \`\`\`${other} run`;
  return wrong(`scripts cannot be written in '${lang}'`, help);
}

function alone(role: string): Role {
  return wrong(`a role is the second word of a fence`, `write \`\`\`${role === "run" ? "bash run" : "yaml step"}`);
}

function wrong(message: string, help: string): Role {
  return { kind: "wrong", message, help };
}

function words(fence: FenceBlock): readonly string[] {
  return fence.info.split(/[ \t]+/).filter((word) => word !== "");
}
