import type { UseSource } from "../data-use.ts";

/** What a variable or an expression of a step holds, as far as it concerns the flow's data. */
export type Held =
  | { readonly is: "flow" }
  /** A join's inputs, or some of them. */
  | { readonly is: "inputs" }
  /** One input: of the step named, or of any. */
  | { readonly is: "input"; readonly step: string | null }
  /** A field's value. */
  | { readonly is: "value"; readonly field: string; readonly from: UseSource }
  /** An array of one field's values, one for each input. */
  | { readonly is: "values"; readonly field: string; readonly from: UseSource }
  | { readonly is: "other" };

export const OTHER: Held = { is: "other" };
export const FLOW: Held = { is: "flow" };
export const ANY_INPUT: Held = { is: "input", step: null };
export const THIS: UseSource = { of: "this" };

/** The variables of a function, which sees those around it. */
export class Scope {
  readonly #around: Scope | null;
  readonly #held = new Map<string, Held>();

  constructor(around: Scope | null) {
    this.#around = around;
  }

  get(name: string): Held {
    return this.#held.get(name) ?? this.#around?.get(name) ?? OTHER;
  }

  set(name: string, held: Held): void {
    this.#held.set(name, held);
  }

  /** Assigns a variable where it was declared. */
  assign(name: string, held: Held): void {
    if (this.#held.has(name) || this.#around === null) this.#held.set(name, held);
    else this.#around.assign(name, held);
  }
}
