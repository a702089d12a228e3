import type { LookedUpFeatures } from "../datastore/request-columns.ts";
import { approximateBytes } from "./approximate-bytes.ts";
import type { RequestFacts, RequestJson, RequestRows } from "./served-request.ts";

/** A request that waits to be stored. */
export interface HeldRequest extends Omit<RequestFacts, "isDifferent"> {
  /** Rows, or JSON as it came; null for none. */
  readonly input: readonly unknown[] | string | null;
  readonly output: readonly unknown[] | string | null;
  readonly features: LookedUpFeatures | null;
}

/** Of each request: when it came, the version's number, the status, the latency, rows; where its id, input and output end. */
const NUMBERS = 8;
const [ID_END, INPUT_END, OUTPUT_END] = [5, 6, 7];
const FIRST_BYTES = 32 * 1024;

/**
 * Requests that wait to be stored, as bytes: what lives for a second as objects has the garbage collector copy it again and
 * again, which took longer than all the rest of a log.
 */
export class HeldRequests {
  readonly #numbers: Float64Array;
  readonly #texts: { readonly method: string; readonly hash: string }[] = [];
  /** Of those few whose rows did not come as JSON, or that looked features up. */
  readonly #objects = new Map<number, Partial<RequestRows>>();
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #used = 0;
  #last: { readonly method: string; readonly hash: string } = { method: "", hash: "" };

  constructor(limit: number) {
    this.#numbers = new Float64Array(limit * NUMBERS);
  }

  get length(): number {
    return this.#texts.length;
  }

  add({ id, at, method, number, hash, status, latencyMs, rows }: RequestFacts, kept: RequestJson | RequestRows): void {
    const index = this.length;
    const from = index * NUMBERS;
    const numbers = this.#numbers;
    const { input, output, features } = kept;
    if (this.#last.method !== method || this.#last.hash !== hash) this.#last = { method, hash };
    this.#texts.push(this.#last);
    this.#room(3 * id.length + bytesOf(input) + bytesOf(output));
    numbers[from] = at;
    numbers[from + 1] = number;
    numbers[from + 2] = status;
    numbers[from + 3] = latencyMs;
    numbers[from + 4] = rows;
    this.#used += this.#bytes.write(id, this.#used);
    numbers[from + ID_END] = this.#used;
    numbers[from + INPUT_END] = this.#copied(input);
    numbers[from + OUTPUT_END] = this.#copied(output);
    const [inputRows, outputRows] = [rowsOf(input), rowsOf(output)];
    if (inputRows !== null || outputRows !== null || features != null)
      this.#objects.set(index, { input: inputRows, output: outputRows, features: features ?? null });
  }

  at(index: number): HeldRequest {
    const from = index * NUMBERS;
    const number = (which: number) => this.#numbers[from + which] ?? 0;
    const [idEnd, inputEnd] = [number(ID_END), number(INPUT_END)];
    const texts = this.#texts[index] ?? this.#last;
    const objects = this.#objects.get(index);
    return {
      // From where the one before ends.
      id: this.#text(index === 0 ? 0 : number(-1), idEnd) ?? "",
      at: number(0),
      method: texts.method,
      number: number(1),
      hash: texts.hash,
      status: number(2),
      latencyMs: number(3),
      rows: number(4),
      input: objects?.input ?? this.#text(idEnd, inputEnd),
      output: objects?.output ?? this.#text(inputEnd, number(OUTPUT_END)),
      features: objects?.features ?? null,
    };
  }

  #text(from: number, to: number): string | null {
    return from === to ? null : this.#bytes.toString("utf8", from, to);
  }

  /** @returns where it ends */
  #copied(given: RequestJson["input"] | RequestRows["input"]): number {
    if (isJson(given)) {
      this.#bytes.set(given, this.#used);
      this.#used += given.length;
    }
    return this.#used;
  }

  #room(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#bytes.length, this.#used + bytes));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

/** About what a request takes while it waits. */
export function sizeOf({ input, output, features }: RequestJson | RequestRows, rows: number) {
  return {
    requests: 1,
    rows: Math.max(rows, rowsOf(input)?.length ?? 0, rowsOf(output)?.length ?? 0),
    bytes:
      (isJson(input) ? input.length : approximateBytes(input)) +
      (isJson(output) ? output.length : approximateBytes(output)) +
      approximateBytes(features?.rows),
  };
}

function isJson(given: Uint8Array | readonly unknown[] | null): given is Uint8Array {
  return given instanceof Uint8Array;
}

function bytesOf(given: Uint8Array | readonly unknown[] | null): number {
  return isJson(given) ? given.length : 0;
}

function rowsOf(given: Uint8Array | readonly unknown[] | null): readonly unknown[] | null {
  return isJson(given) ? null : given;
}
