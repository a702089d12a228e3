/** Something in a flow that has to be mended before it can run. */
export interface Finding {
  /** Name of the rule, for instance `unknown-target`. */
  readonly rule: string;
  readonly step: string | null;
  readonly message: string;
  /** How to mend it. */
  readonly hint: string;
  /** Source file, where it is known. */
  readonly file: string | null;
  /** 1-based; `null` until the finding is located. */
  readonly line: number | null;
  /** 1-based; `null` until the finding is located. */
  readonly column: number | null;
  /** What the finding is about, so that it can be located in the source. */
  readonly at: FindingPlace;
}

export type FindingPlace =
  | { readonly kind: "class" }
  | { readonly kind: "step" }
  | { readonly kind: "field"; readonly name: string }
  /** The step's `index`-th `this.next(…)`, from 0. */
  | { readonly kind: "next"; readonly index: number };

/** What a rule has to say; the rest is filled in later. */
export interface FindingParts {
  readonly rule: string;
  readonly step?: string;
  readonly message: string;
  readonly hint: string;
  /** @defaultValue the step, or the class where there is none */
  readonly at?: FindingPlace;
}

export function finding(parts: FindingParts): Finding {
  const step = parts.step ?? null;
  const at = parts.at ?? (step === null ? { kind: "class" } : { kind: "step" });
  return { rule: parts.rule, step, message: parts.message, hint: parts.hint, file: null, line: null, column: null, at };
}
