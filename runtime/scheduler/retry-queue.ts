/** When and in which order a task may run again. */
interface Waiting {
  readonly task: number;
  readonly retryAt: number;
}

/** Tasks that wait for their next attempt, the earliest first: a binary heap, as thousands may wait at once. */
export class RetryQueue<T extends Waiting> {
  readonly #tasks = new Map<number, T>();
  readonly #heap: T[] = [];

  get size(): number {
    return this.#tasks.size;
  }

  add(waiting: T): void {
    this.#tasks.set(waiting.task, waiting);
    let at = this.#heap.push(waiting) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(this.#heap[at], this.#heap[parent]); parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes a task out, whichever it is; undefined if it does not wait. */
  take(task: number): T | undefined {
    const waiting = this.#tasks.get(task);
    this.#tasks.delete(task);
    return waiting;
  }

  /** The task whose turn comes first. */
  first(): T | null {
    // Entries of tasks that were taken out stay in the heap until they come up.
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (this.#tasks.get(top.task) === top) return top;
      this.#removeTop();
    }
    return null;
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = isBefore(this.#heap[right], this.#heap[left]) ? right : left;
      if (!isBefore(this.#heap[least], this.#heap[at])) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}

function isBefore(a: Waiting | undefined, b: Waiting | undefined): boolean {
  return a !== undefined && (b === undefined || a.retryAt < b.retryAt || (a.retryAt === b.retryAt && a.task < b.task));
}
