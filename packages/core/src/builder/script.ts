import { AiwError } from "../errors.js";
import type { ScriptLanguage } from "../model/step.js";
import { dedent } from "./dedent.js";

/** A script. What it works on comes in through `env` and `with`, never into its text. */
export interface Script {
  readonly lang: ScriptLanguage;
  readonly text: string;
}

/**
 * Makes a tag for scripts of a language. The indentation that all lines share goes; backslashes stay as they are
 * written, but for ``\` `` and `\${`. There are no holes: a value in a script would become code.
 */
function scriptTag(lang: ScriptLanguage): (strings: TemplateStringsArray) => Script {
  return (strings) => {
    const [text, ...others] = dedent(strings.raw);
    if (text !== undefined && others.length === 0) return { lang, text };
    throw new AiwError("workflow_invalid", "a script takes no values: they would become code", {
      hint: 'give them through env: { NAME: value } and read "$NAME", or through with and $AIW_INPUT',
    });
  };
}

/** A script for bash, which runs with `-eo pipefail`. */
export const bash: (strings: TemplateStringsArray) => Script = scriptTag("bash");
/** A script for the POSIX shell. */
export const sh: (strings: TemplateStringsArray) => Script = scriptTag("sh");
/** A script for Python. */
export const python: (strings: TemplateStringsArray) => Script = scriptTag("python");
/** A script for Node, in JavaScript. */
export const js: (strings: TemplateStringsArray) => Script = scriptTag("js");
/** A script for Node, in TypeScript. */
export const ts: (strings: TemplateStringsArray) => Script = scriptTag("ts");
