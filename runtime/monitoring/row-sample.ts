import { approximateBytes } from "./approximate-bytes.ts";

const MAX_BYTES = 128 * 1024 * 1024;

/**
 * A bounded sample of the rows that are added, each as likely as any other; the same rows give the same sample. Of large rows
 * it keeps fewer.
 */
export class RowSample<Row = unknown> {
  readonly #rows: Row[] = [];
  readonly #sizes: number[] = [];
  readonly #maxBytes: number;
  #most: number;
  #bytes = 0;
  #seen = 0;
  #state = 0x2545f491;

  constructor(most: number, maxBytes = MAX_BYTES) {
    this.#most = most;
    this.#maxBytes = maxBytes;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  add(row: Row): void {
    this.#seen += 1;
    const count = this.#rows.length;
    const at = count < this.#most ? count : Math.floor(this.#random() * this.#seen);
    if (at >= this.#most) return;
    const size = approximateBytes(row);
    this.#bytes += size - (this.#sizes[at] ?? 0);
    this.#rows[at] = row;
    this.#sizes[at] = size;
    while (this.#bytes > this.#maxBytes && this.#rows.length > 1) this.#halve();
  }

  /** Half of them, at random, stand for all: what is added from now on is as likely as they are. */
  #halve(): void {
    const [rows, sizes] = [this.#rows, this.#sizes];
    this.#most = Math.ceil(rows.length / 2);
    for (let at = 0; at < this.#most; at += 1) {
      const from = at + Math.floor(this.#random() * (rows.length - at));
      [rows[at], rows[from]] = [rows[from] as Row, rows[at] as Row];
      [sizes[at], sizes[from]] = [sizes[from] ?? 0, sizes[at] ?? 0];
    }
    rows.length = sizes.length = this.#most;
    this.#bytes = sizes.reduce((sum, size) => sum + size, 0);
  }

  #random(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
}
