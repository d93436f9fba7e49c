import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AiwError } from "@aiw/core";
import type { Problem } from "@aiw/markdown";
import { type Diagnostic, type DiagnosticRelatedInformation, DiagnosticSeverity } from "vscode-languageserver/node";
import { rangeOf } from "./convert.js";
import type { OpenFile } from "./workspace.js";

/** What an editor shows of a file; nothing of Markdown that is no workflow. */
export function diagnosticsOf(file: OpenFile): readonly Diagnostic[] {
  const { analysis, faults } = file;
  if (!analysis.isWorkflow) return [];
  return [...analysis.problems.map((problem) => diagnosticOf(problem, file)), ...faults.map(faultDiagnostic)];
}

/** One problem, its help below its message. */
export function diagnosticOf(problem: Problem, file: OpenFile): Diagnostic {
  const { code, severity, message, help } = problem;
  const related = relatedTo(problem, file);
  return {
    range: file.at.place(problem),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: "aiw",
    message: help === undefined ? message : `${message}\nhelp: ${help}`,
    ...(related.length === 0 ? {} : { relatedInformation: [...related] }),
  };
}

/** Where in the file of a sub-workflow its problems are. */
function relatedTo(
  { code, message }: Problem,
  { children, folder }: OpenFile,
): readonly DiagnosticRelatedInformation[] {
  if (code !== "E307") return [];
  return children
    .filter(({ file }) => message.startsWith(`${file}:`))
    .flatMap(({ file, problems }) =>
      problems.map((problem) => ({
        location: { uri: pathToFileURL(resolve(folder, file)).href, range: rangeOf(problem) },
        message: `${problem.code} ${problem.message}`,
      })),
    );
}

/** What is wrong beside the file is told at its start. */
function faultDiagnostic({ code, message, hint }: AiwError): Diagnostic {
  const start = { line: 0, character: 0 };
  return {
    range: { start, end: { line: 0, character: 3 } },
    severity: DiagnosticSeverity.Error,
    code,
    source: "aiw",
    message: hint === undefined ? message : `${message}\nhelp: ${hint}`,
  };
}
