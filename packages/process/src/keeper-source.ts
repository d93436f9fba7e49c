/**
 * The keeper's program, for `node -e`: text instead of a file, so that it survives any bundler.
 *
 * It reads lines: `+ MARK` a tree is about to start, `- MARK` it is gone, `f` the driver still holds its lease. When
 * its input ends, or no `f` came for the lease (argument, ms; 0 for never), it kills every process whose environment
 * holds one of the marks, with its session and its descendants. At its end it removes the folders of its other
 * arguments. Nothing in it waits for anything but its input.
 */
export const keeperSource = String.raw`
const fs = require("node:fs");
const { execFileSync } = require("node:child_process");
// aiw-keeper
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => {});
const leaseMs = Number(process.argv[1]);
const folders = process.argv.slice(2);
const marks = new Set();
let fed = performance.now();
let rest = "";
const read = (path) => { try { return fs.readFileSync(path, "latin1"); } catch { return ""; } };
const markOf = (pid) => {
  const environment = "\0" + read("/proc/" + pid + "/environ");
  const at = environment.indexOf("\0AIW_SPAWN=");
  return at < 0 ? undefined : environment.slice(at + 11, environment.indexOf("\0", at + 11));
};
const byPs = () => {
  let text = "";
  try { text = execFileSync("ps", ["-axEww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 1 << 26 }); } catch {}
  return text.split("\n").filter((line) => [...marks].some((mark) => (line + " ").includes(" AIW_SPAWN=" + mark + " "))).map((line) => parseInt(line, 10));
};
const members = () => {
  if (process.platform !== "linux") return byPs();
  const all = fs.readdirSync("/proc").map(Number).filter((pid) => pid > 0 && pid !== process.pid).flatMap((pid) => {
    const stat = read("/proc/" + pid + "/stat");
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return stat === "" || state === "Z" ? [] : [{ pid, parent: Number(parent), session: Number(session) }];
  });
  const found = new Set(all.filter(({ pid }) => marks.has(markOf(pid))).map(({ pid }) => pid));
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent, session } of all) if (found.has(parent) || found.has(session)) found.add(pid);
  }
  return [...found];
};
const wait = new Int32Array(new SharedArrayBuffer(4));
const killAll = () => {
  // A child of a driver that was killed while it forked carries its mark only once it has become the program.
  for (let round = 0, quiet = 0; round < 100 && quiet < 10; round++) {
    const found = marks.size === 0 ? [] : members();
    for (const pid of found) { try { process.kill(pid, "SIGKILL"); } catch {} }
    if (found.length === 0) quiet++; else quiet = 0;
    if (quiet < 10) Atomics.wait(wait, 0, 0, 20);
  }
};
const take = (line) => {
  if (line === "f") fed = performance.now();
  else if (line.startsWith("+ ")) {
    // A driver that had nothing to lose need not have fed.
    if (marks.size === 0 && performance.now() - fed > leaseMs) fed = performance.now();
    marks.add(line.slice(2));
  } else if (line.startsWith("- ")) marks.delete(line.slice(2));
};
process.stdin.setEncoding("latin1");
process.stdin.on("data", (text) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop();
  lines.forEach(take);
});
const leave = () => {
  if (marks.size > 0) killAll();
  for (const folder of folders) {
    // A cleaner may have taken it, and a stranger its name.
    try { if (fs.lstatSync(folder).uid === process.getuid()) fs.rmSync(folder, { recursive: true, force: true }); } catch {}
  }
  process.exit(0);
};
process.stdin.on("end", leave);
process.stdin.on("error", leave);
if (leaseMs > 0) {
  const isLate = () => marks.size > 0 && performance.now() - fed > leaseMs;
  // A late keeper reads what has arrived meanwhile before it decides.
  setInterval(() => { if (isLate()) setTimeout(() => setImmediate(() => { if (isLate()) { killAll(); marks.clear(); } }), 5); }, Math.max(10, leaseMs / 20));
}
`;
