import type { Permissions } from "@aiw/core";

/** Permissions of a step within those of its file: only what both allow. */
export function intersectPermissions(
  file: Permissions | undefined,
  step: Permissions | undefined,
): Permissions | undefined {
  if (file === undefined || step === undefined) return step ?? file;
  const merged = {
    read: both(file.read, step.read, isBelow),
    write: both(file.write, step.write, isBelow),
    run: both(file.run, step.run, isSame),
    net: both(file.net, step.net, isHost),
  };
  return Object.fromEntries(Object.entries(merged).filter(([, list]) => list !== undefined));
}

type Covers = (outer: string, inner: string) => boolean;

/** The narrower of each pair in which one covers the other. */
function both(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
  covers: Covers,
): readonly string[] | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const kept = [
    ...b.filter((inner) => a.some((outer) => covers(outer, inner))),
    ...a.filter((inner) => b.some((outer) => covers(outer, inner))),
  ];
  return [...new Set(kept)];
}

const isSame: Covers = (outer, inner) => outer === inner;

/** Paths as written, relative to the working directory; one that climbs out lies below nothing but itself. */
const isBelow: Covers = (outer, inner) => {
  const top = pathParts(outer);
  const parts = pathParts(inner);
  if (parts.includes("..")) return outer === inner;
  return top.every((part, index) => parts[index] === part);
};

/** `*.example.com` covers every host below it. */
const isHost: Covers = (outer, inner) =>
  outer === inner || (outer.startsWith("*.") && inner.endsWith(outer.slice(1)) && inner.length > outer.length - 1);

function pathParts(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "." && part !== "");
  return path.startsWith("/") ? ["/", ...parts] : parts;
}
