// A process of its own that drives runs: node worker.mjs DATABASE NAME claim|write|spawn
import { appendFileSync } from "node:fs";
import { openSqlite } from "@aiw/storage";
import { createSqliteRunStore, currentOwner } from "../sql/index.js";

const [path, worker, mode] = process.argv.slice(2);
const database = await openSqlite(path);
const store = await createSqliteRunStore(database);
const beat = { worker, owner: currentOwner(), now: Date.now(), ttlMs: 60_000, graceMs: 0, held: [] };
const step = (name) => ({ type: "step.completed", step: name, data: { attempt: 1, output: worker, text: null, ms: 1 } });

if (mode === "claim") {
  // Takes runs from the common heap and drives each through five steps, until the heap is empty.
  const claimed = [];
  for (;;) {
    const polled = await store.poll({ ...beat, claim: { max: 3, formats: [1] } });
    if (polled.claimed.length === 0) break;
    for (const { run, fence, seq } of polled.claimed) {
      claimed.push(run);
      for (let index = 0; index < 5; index += 1) {
        const item = { run, id: `${worker}-${index}`, expect: seq + index, fence, events: [step(`s${index}`)], at: index };
        const [answer] = await store.append([item]);
        if (!answer.ok) throw new Error(`${run}: ${answer.why}`);
      }
      const events = [{ type: "run.completed", data: { outputs: {}, ms: 1 } }];
      await store.append([{ run, id: `${worker}-end`, expect: seq + 5, fence, events, at: 9 }]);
    }
  }
  process.stdout.write(JSON.stringify(claimed));
  await store.close();
  await database.close();
} else {
  // Appends to the run "r" without end and notes at once, in a file, what was acknowledged. With "spawn" each append
  // also creates a child and posts to the run "q".
  await store.poll(beat);
  const { claimed } = await store.poll({ ...beat, claim: { max: 1, formats: [1], runs: ["r"] } });
  const { fence, seq } = claimed[0];
  const data = { workflow: {}, hash: "h", inputs: {}, origin: {}, trigger: "use", parent: { run: "r", step: "s" } };
  const child = (run) => ({ run, request: "h", name: "child", format: 1, created: { type: "run.created", data } });
  const more = (name) =>
    mode === "spawn"
      ? { spawn: [child(`c${name}`)], post: [{ run: "q", id: `m${name}`, type: "child", data: name, at: 1 }] }
      : {};
  for (let index = 0; ; index += 1) {
    const name = seq + index;
    const item = { run: "r", id: `${worker}-${index}`, expect: name, fence, events: [step(`s${name}`)], at: 1, ...more(name) };
    const [answer] = await store.append([item]);
    appendFileSync(`${path}.acknowledged`, `${answer.seq}\n`);
    process.stdout.write(".");
  }
}
