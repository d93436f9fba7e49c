/** Ids by time, least first; a binary heap whose stale entries are dropped when they come up. */
export class DueQueue {
  readonly #heap: { readonly at: number; readonly id: string }[] = [];
  readonly #times = new Map<string, number>();

  /** Sets or moves the time of an id. */
  set(id: string, at: number): void {
    this.#times.set(id, at);
    const heap = this.#heap;
    let index = heap.push({ at, id }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) break;
      this.#swap(parent, index);
      index = parent;
    }
  }

  delete(id: string): void {
    this.#times.delete(id);
  }

  /** The id with the least time. */
  first(): { readonly at: number; readonly id: string } | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#times.get(top.id) === top.at) return top;
      this.#drop();
    }
    return undefined;
  }

  #drop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = index * 2 + 1;
      if (left >= heap.length) return;
      const least = left + 1 < heap.length && this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(index) <= this.#at(least)) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const first = this.#heap[a];
    const second = this.#heap[b];
    if (first === undefined || second === undefined) return;
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
