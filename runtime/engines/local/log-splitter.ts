/**
 * Cuts the output of a warm worker into its tasks. The worker writes a marker to both streams after each task; as a pipe
 * keeps the order, all that came before, from whatever process or native code, belongs to that task.
 */
export class LogSplitter {
  #rest: Buffer = Buffer.alloc(0);
  readonly #lead: Buffer;
  readonly #onText: (bytes: Buffer) => void;
  readonly #onMarker: (marker: string) => void;

  /** @param lead - what every marker starts with; must not occur in output; a marker ends with a newline */
  constructor(lead: string, on: { text: (bytes: Buffer) => void; marker: (marker: string) => void }) {
    this.#lead = Buffer.from(lead);
    this.#onText = on.text;
    this.#onMarker = on.marker;
  }

  push(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const at = bytes.indexOf(this.#lead);
      const end = at < 0 ? -1 : bytes.indexOf(0x0a, at);
      if (at < 0 || end < 0) {
        const keep = at < 0 ? this.#partialLead(bytes) : bytes.length - at;
        this.#emit(bytes.subarray(0, bytes.length - keep));
        this.#rest = Buffer.from(bytes.subarray(bytes.length - keep));
        return;
      }
      this.#emit(bytes.subarray(0, at));
      this.#onMarker(bytes.toString("latin1", at, end));
      bytes = bytes.subarray(end + 1);
    }
  }

  /** The stream is over: what was held back is text after all. */
  end(): void {
    this.#emit(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  #emit(bytes: Buffer): void {
    if (bytes.length > 0) this.#onText(bytes);
  }

  /** Length of the longest end of `bytes` that could be the beginning of a marker. */
  #partialLead(bytes: Buffer): number {
    const first = this.#lead[0] ?? 0;
    const from = Math.max(0, bytes.length - this.#lead.length + 1);
    for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
      const length = bytes.length - at;
      if (bytes.compare(this.#lead, 0, length, at) === 0) return length;
    }
    return 0;
  }
}
