import { CST, Lexer } from "yaml";
import { countMarks, maxYamlMarks } from "../problems/allowance.js";

/**
 * The YAML without what stands below a `|` or `>`: that costs the parser next to nothing. Ends where there are more marks
 * than a file may have.
 */
export function withoutBlockTexts(yaml: string): string {
  let rest = "";
  let marks = 0;
  let isHeader = false;
  let isText = false;
  for (const token of new Lexer().lex(yaml)) {
    if (isText) isText = false;
    else if (token === CST.SCALAR) {
      isText = isHeader;
      isHeader = false;
    } else {
      isHeader ||= CST.tokenType(token) === "block-scalar-header";
      rest += token;
      marks += countMarks(token);
      if (marks > maxYamlMarks) break;
    }
  }
  return rest;
}
