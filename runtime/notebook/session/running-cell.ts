import type { CompiledCell } from "../front/protocol.ts";

export type Outcome = { readonly isOk: true } | { readonly isOk: false; readonly thrown: unknown };

/** A cell from its start until it is reported as ended. */
export class RunningCell {
  readonly id: number;
  readonly cell: CompiledCell;
  readonly abort = new AbortController();
  /** What `display` still waits for. */
  readonly displays: Promise<void>[] = [];
  /** Resolves when the cell has an outcome, whatever its code still does. */
  readonly settled: Promise<void>;
  readonly #settle: () => void;
  #outcome: Outcome | null = null;
  #isOver = false;

  constructor(id: number, cell: CompiledCell) {
    this.id = id;
    this.cell = cell;
    let settle = (): void => undefined;
    this.settled = new Promise((resolve) => (settle = resolve));
    this.#settle = settle;
  }

  get isSettled(): boolean {
    return this.#outcome !== null;
  }

  /** The first failure counts, also one that comes right after success; false if the cell is over. */
  end(outcome: Outcome): boolean {
    if (this.#isOver) return false;
    if (this.#outcome === null || (this.#outcome.isOk && !outcome.isOk)) this.#outcome = outcome;
    this.#settle();
    return true;
  }

  close(): Outcome {
    this.#isOver = true;
    return this.#outcome ?? { isOk: true };
  }
}
