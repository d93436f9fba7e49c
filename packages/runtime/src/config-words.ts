/**
 * What each key of `aiw.yaml` takes, in words, by its path; `*` stands for a name that the user chooses. Also the list of
 * all keys, level by level.
 */
const words: Readonly<Record<string, string>> = {
  auto: "a list of agent names, such as [claude, codex]",
  claude: "a map with command and turns",
  "claude.command": "the name or path of a program",
  "claude.turns": "a whole number from 1",
  codex: "a map with command and provider",
  "codex.command": "the name or path of a program",
  "codex.provider": "a map with id, url and key",
  "codex.provider.id": "a name of a-z, 0-9, _ and -, a letter first",
  "codex.provider.url": "a URL, such as https://models.example.com/v1",
  "codex.provider.key": "the name of the variable that holds the key",
  answers: "the path of a YAML file",
  agents:
    "a map from agent names (a-z, 0-9, _ and -, a letter first) to programs, such as { mine: { command: ./mine.sh } }",
  "agents.*": "a map with command and, where needed, args, output, env and edits",
  "agents.*.command": "the name or path of a program",
  "agents.*.args": "a list of texts",
  "agents.*.output": "text or json",
  "agents.*.env": "a list of names of variables, such as [MINE_KEY]",
  "agents.*.edits": "true or false",
  approvals: "a map with roles and self",
  "approvals.roles": "a map from roles to lists of users, such as { maintainer: [alice, bob] }",
  "approvals.roles.*": "a list of users, such as [alice, bob]",
  "approvals.self": "true or false",
  limits: "a map with processes and agents",
  "limits.processes": "a whole number from 1 to 1000",
  "limits.agents": "a whole number from 1 to 1000",
  containment: "auto, bubblewrap, namespace or group",
  durability: "full or normal",
  lease: "seconds, a number from 1 to 3600",
};

type Path = readonly (string | number)[];

/** What the key at a path takes; for a place inside a list, what the list takes. */
export function wordsFor(path: Path): string | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const found = words[patternOf(path.slice(0, length))];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The keys that may stand in the map at a path. */
export function keysAt(path: Path): readonly string[] {
  const level = path.length === 0 ? "" : `${patternOf(path)}.`;
  return Object.keys(words)
    .filter((key) => key.startsWith(level) && !key.slice(level.length).includes("."))
    .map((key) => key.slice(level.length));
}

function patternOf(path: Path): string {
  const named = path[0] === "agents" ? 1 : path[0] === "approvals" && path[1] === "roles" ? 2 : -1;
  return path.map((part, at) => (at === named ? "*" : part)).join(".");
}
