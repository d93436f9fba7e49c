/** A command line of the contract suite of spawners. */
export interface ContractProgram {
  readonly command: string;
  readonly args: readonly string[];
}

const shell = (script: string, ...args: readonly string[]): ContractProgram => ({
  command: "sh",
  args: ["-c", script, "sh", ...args],
});

/** Prints each of its arguments on a line of its own, between angle brackets. */
export const printArguments = (...args: readonly string[]): ContractProgram =>
  shell('for each in "$@"; do printf "<%s>\\n" "$each"; done', ...args);

/** Prints the value of one variable, or `unset`. */
export const printVariable = (name: string): ContractProgram =>
  shell('if printenv "$1" > /dev/null; then printf "<%s>" "$(printenv "$1"; printf x)"; else printf unset; fi', name);

/** What the contract suite of spawners starts. A fake has to know these. */
export const contractPrograms = {
  exitThree: shell("printf out; printf err >&2; exit 3"),
  killItself: shell("kill -KILL $$"),
  copyInput: { command: "cat", args: [] },
  openStreamsByName: shell("cat /dev/stdin > /dev/stdout; printf err > /dev/stderr"),
  ignoreInput: shell("exec 0<&-; printf done"),
  /** 30,000 bytes, three a character. */
  manyBytes: shell("i=0; while [ $i -lt 1000 ]; do printf '€€€€€€€€€€'; i=$((i+1)); done"),
  slowSecret: shell(
    "printf 'a hunter'; sleep 0.1; printf '2-hunter2 b'; printf 'hunter2-' >&2; sleep 0.1; printf hunter2 >&2",
  ),
  ticks: shell("printf 1; sleep 0.1; printf 2; sleep 0.1; printf 3"),
  sleep: { command: "sleep", args: ["60"] },
  politeSleep: shell("trap 'printf bye; exit 4' TERM; printf ready; while :; do sleep 0.05; done"),
  stubbornSleep: shell("trap '' TERM; printf ready; while :; do sleep 1; done"),
  closeOutputsAndSleep: shell("exec > /dev/null 2>&1; sleep 60"),
  leaveOutputOpen: shell("sleep 60 & printf done"),
} as const satisfies Readonly<Record<string, ContractProgram>>;

/** Starts a child that leaves its session, ignores every polite signal and writes to the file for ever; then ends. */
export const leaveDaemon = (file: string): ContractProgram =>
  shell(
    [
      `setsid nohup sh -c 'trap "" TERM INT HUP; while :; do echo x >> "$0"; sleep 0.02; done' "$1" > /dev/null 2>&1 < /dev/null &`,
      'while [ ! -s "$1" ]; do sleep 0.02; done',
    ].join("\n"),
    file,
  );

/** Ends with 0 when nobody writes to the file any more, and removes it. */
export const checkQuiet = (file: string): ContractProgram =>
  shell('before=$(wc -c < "$1"); sleep 0.3; after=$(wc -c < "$1"); rm -f "$1"; [ "$before" = "$after" ]', file);
