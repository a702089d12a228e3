/** What is known of an event that waits: its data can be large, and are read when it is used. */
export interface WaitingEvent {
  readonly id: string;
  readonly name: string;
  /** Of its data. */
  readonly bytes: number;
  readonly publishedAt: number;
}

/** The events that wait for a rule, the oldest of each name first. */
export class WaitingEvents {
  readonly #byName = new Map<string, WaitingEvent[]>();
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(events: readonly WaitingEvent[]): void {
    const changed = new Set<WaitingEvent[]>();
    for (const event of events) {
      if (this.#ids.has(event.id)) continue;
      this.#ids.add(event.id);
      const queue = this.#byName.get(event.name) ?? [];
      this.#byName.set(event.name, queue);
      queue.push(event);
      changed.add(queue);
    }
    for (const queue of changed) queue.sort(byId);
  }

  remove(ids: Iterable<string>): void {
    const gone = new Set([...ids].filter((id) => this.#ids.delete(id)));
    for (const [name, queue] of this.#byName) {
      // Mostly these are the oldest.
      let first = 0;
      while (first < queue.length && gone.delete(queue[first]?.id ?? "")) first += 1;
      queue.splice(0, first);
      if (gone.size > 0)
        this.#byName.set(
          name,
          queue.filter(({ id }) => !gone.has(id)),
        );
    }
  }

  /** Removes those that were published before. @returns their ids */
  removeBefore(time: number): string[] {
    const old = [...this.#byName.values()].flatMap((queue) => queue.filter(({ publishedAt }) => publishedAt < time));
    const ids = old.map(({ id }) => id);
    this.remove(ids);
    return ids;
  }

  /** The oldest of each of these names, by age; null where one is missing. */
  oneOfEach(names: readonly string[]): WaitingEvent[] | null {
    const found = names.map((name) => this.#byName.get(name)?.[0]);
    return found.every((event) => event !== undefined) ? found.sort(byId) : null;
  }

  /** The same with whatever else waits, the oldest first, up to this many of them and this much data. */
  allOf(names: readonly string[], most: { readonly events: number; readonly bytes: number }): WaitingEvent[] | null {
    const first = this.oneOfEach(names);
    if (first === null) return null;
    const used = new Set(first);
    let bytes = first.reduce((sum, event) => sum + event.bytes, 0);
    // Only the first `most.events` of each queue can be among the oldest of all.
    const next = [...this.#byName.values()].flatMap((queue) => queue.slice(0, most.events)).sort(byId);
    for (const event of next) {
      if (used.has(event)) continue;
      bytes += event.bytes;
      if (used.size >= most.events || bytes > most.bytes) break;
      used.add(event);
    }
    return [...used].sort(byId);
  }
}

function byId(one: WaitingEvent, other: WaitingEvent): number {
  return one.id < other.id ? -1 : 1;
}
