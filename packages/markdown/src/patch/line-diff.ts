/** Lines `[aStart, aEnd)` of one text stand as `[bStart, bEnd)` in the other. */
export interface Hunk {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Most lines that differ before two texts count as altogether different: the search costs the square of it. */
const maxDistance = 1_500;

/** The lines of a text, each with its line break; joined they are the text. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/**
 * The fewest lines to delete and insert that make one list of lines the other, in order.
 *
 * @see Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1986.
 */
export function diffLines(a: readonly string[], b: readonly string[]): readonly Hunk[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let aEnd = a.length;
  let bEnd = b.length;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd -= 1;
    bEnd -= 1;
  }
  if (start === aEnd && start === bEnd) return [];
  const whole = { aStart: start, aEnd, bStart: start, bEnd };
  if (start === aEnd || start === bEnd) return [whole];
  const path = shortestPath(a.slice(start, aEnd), b.slice(start, bEnd));
  return path === undefined ? [whole] : hunksOf(path, start);
}

/** A step of the path: a line of `a` deleted, or one of `b` inserted, at these places. */
interface Move {
  readonly kind: "delete" | "insert";
  readonly a: number;
  readonly b: number;
}

/** The furthest places reached on each diagonal `x - y`, from `-distance` to `distance`; -1 where none was. */
class Frontier {
  readonly #reached = new Int32Array(2 * maxDistance + 3).fill(-1);
  readonly #trace: Int32Array[] = [];

  at(diagonal: number): number {
    return this.#reached[diagonal + maxDistance + 1] ?? -1;
  }

  put(diagonal: number, x: number): void {
    this.#reached[diagonal + maxDistance + 1] = x;
  }

  /** Keeps what was reached before this round. */
  keep(distance: number): void {
    const middle = maxDistance + 1;
    this.#trace[distance] = this.#reached.slice(middle - distance, middle + distance + 1);
  }

  before(distance: number): (diagonal: number) => number {
    const kept = this.#trace[distance];
    return (diagonal) => kept?.[diagonal + distance] ?? -1;
  }
}

function shortestPath(a: readonly string[], b: readonly string[]): readonly Move[] | undefined {
  const frontier = new Frontier();
  frontier.put(1, 0);
  const at = (diagonal: number) => frontier.at(diagonal);
  for (let distance = 0; distance <= Math.min(a.length + b.length, maxDistance); distance += 1) {
    frontier.keep(distance);
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = isInsertion(at, diagonal, distance) ? at(diagonal + 1) : at(diagonal - 1) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      frontier.put(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return walkBack(frontier, distance, [a.length, b.length]);
    }
  }
  return undefined;
}

/** Is a diagonal entered by an insertion, from the one above, and not by a deletion, from the one below? */
function isInsertion(at: (diagonal: number) => number, diagonal: number, distance: number): boolean {
  return diagonal === -distance || (diagonal !== distance && at(diagonal - 1) < at(diagonal + 1));
}

function walkBack(frontier: Frontier, rounds: number, [endX, endY]: readonly [number, number]): readonly Move[] {
  const moves: Move[] = [];
  let [x, y] = [endX, endY];
  for (let distance = rounds; distance > 0; distance -= 1) {
    const at = frontier.before(distance);
    const diagonal = x - y;
    const isInsert = isInsertion(at, diagonal, distance);
    const before = isInsert ? diagonal + 1 : diagonal - 1;
    x = at(before);
    y = x - before;
    moves.push({ kind: isInsert ? "insert" : "delete", a: x, b: y });
  }
  return moves.reverse();
}

function hunksOf(moves: readonly Move[], offset: number): readonly Hunk[] {
  const hunks: { aStart: number; aEnd: number; bStart: number; bEnd: number }[] = [];
  for (const { kind, a, b } of moves) {
    const [atA, atB] = [a + offset, b + offset];
    let last = hunks.at(-1);
    if (last === undefined || last.aEnd !== atA || last.bEnd !== atB) {
      last = { aStart: atA, aEnd: atA, bStart: atB, bEnd: atB };
      hunks.push(last);
    }
    if (kind === "delete") last.aEnd += 1;
    else last.bEnd += 1;
  }
  return hunks;
}
