import { type ProblemDoc, steps } from "./example.js";

/** E301 to E310: what steps call. */
export const callCodes = {
  E301: {
    title: "unknown tool",
    about: "The tool is neither in the bundle's tools/ folder nor declared under tools:.",
    wrong: steps("### Post\n'''yaml step\ntool: nosuchtool.post\nwith: { text: hello }\n'''"),
    right: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { text: hello }\n'''"),
  },
  E302: {
    title: "unknown operation",
    about: "A tool with several operations is called by tool and operation.",
    wrong: steps("### Post\n'''yaml step\ntool: chat.pots\nwith: { text: hello }\n'''"),
    right: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { text: hello }\n'''"),
  },
  E303: {
    title: "missing argument",
    about: "The operation requires an argument that with: does not give.",
    wrong: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { count: 1 }\n'''"),
    right: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { text: hello, count: 1 }\n'''"),
  },
  E304: {
    title: "unknown argument",
    about: "The operation has no such argument.",
    wrong: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { text: hello, cuont: 1 }\n'''"),
    right: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { text: hello, count: 1 }\n'''"),
  },
  E305: {
    title: "argument of the wrong type",
    about: "The value does not fit the type that the operation declares for the argument.",
    wrong: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { text: hello, count: many }\n'''"),
    right: steps("### Post\n'''yaml step\ntool: chat.post\nwith: { text: hello, count: 3 }\n'''"),
  },
  E306: {
    title: "no name of a workflow",
    about: "'use' takes a file or folder that begins with ./ or ../, or a package: @scope/package/flow@^1.",
    wrong: steps("### Review\n'''yaml step\nuse: review.md\nwith: { file: a.txt }\n'''"),
    right: steps("### Review\n'''yaml step\nuse: ./review.md\nwith: { file: a.txt }\n'''"),
  },
  E307: {
    title: "workflow that cannot be used",
    about: "The file is not there, has problems of its own, uses itself, or is nested too deep.",
    wrong: steps("### Review\n'''yaml step\nuse: ./missing.md\nwith: { file: a.txt }\n'''"),
    right: steps("### Review\n'''yaml step\nuse: ./review.md\nwith: { file: a.txt }\n'''"),
  },
  E308: {
    title: "missing input",
    about: "The workflow requires an input that the step or trigger does not give.",
    wrong: steps("### Review\n'''yaml step\nuse: ./review.md\n'''"),
    right: steps("### Review\n'''yaml step\nuse: ./review.md\nwith: { file: a.txt }\n'''"),
  },
  E309: {
    title: "unknown input",
    about: "The workflow does not declare such an input.",
    wrong: steps("### Review\n'''yaml step\nuse: ./review.md\nwith: { file: a.txt, dpeth: 2 }\n'''"),
    right: steps("### Review\n'''yaml step\nuse: ./review.md\nwith: { file: a.txt, depth: 2 }\n'''"),
  },
  E310: {
    title: "input of the wrong type",
    about: "The value does not fit the type that the workflow declares for the input.",
    wrong: steps("### Review\n'''yaml step\nuse: ./review.md\nwith: { file: a.txt, depth: deep }\n'''"),
    right: steps("### Review\n'''yaml step\nuse: ./review.md\nwith: { file: a.txt, depth: 2 }\n'''"),
  },
} as const satisfies Record<string, ProblemDoc>;
