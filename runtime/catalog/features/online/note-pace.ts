/** What was read is noted so often that it takes a twentieth of the time: a process that is killed loses little more than a part. */
const NOTE_SHARE = 20;

/** Says when to note again what was read. */
export class NotePace {
  #againAt = 0;

  /** Notes, if it is time to. */
  now(note: () => void): void {
    const startedAt = performance.now();
    if (startedAt < this.#againAt) return;
    note();
    const now = performance.now();
    this.#againAt = now + (now - startedAt) * NOTE_SHARE;
  }
}
