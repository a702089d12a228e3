/** Something in a flow that has to be mended before it can run, or that is most likely a mistake. */
export interface Finding {
  /** Name of the rule, for instance `unknown-target`. */
  readonly rule: string;
  /** A flow with an error does not run; with warnings it does. */
  readonly severity: "error" | "warning";
  /** Of a finding about data the step that sets the field. */
  readonly step: string | null;
  /** The field or artifact that a finding about data is about. */
  readonly field: string | null;
  /** The step that reads it. */
  readonly reader: string | null;
  /** The join that does not carry it. */
  readonly join: string | null;
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
  | { readonly kind: "next"; readonly index: number }
  | MentionPlace;

/** The `index`-th time, from 0, that a member of a class mentions a name. */
export interface MentionPlace {
  readonly kind: "mention";
  /** Name of the class. */
  readonly owner: string;
  readonly member: string;
  readonly name: string;
  readonly index: number;
}

/** What a rule has to say; the rest is filled in later. */
export interface FindingParts {
  readonly rule: string;
  /** @defaultValue `error` */
  readonly severity?: "warning";
  readonly step?: string;
  readonly field?: string;
  readonly reader?: string;
  readonly join?: string;
  readonly message: string;
  readonly hint: string;
  /** @defaultValue the step, or the class where there is none */
  readonly at?: FindingPlace;
}

export function finding(parts: FindingParts): Finding {
  const { rule, severity = "error", step = null, field = null, reader = null, join = null, message, hint } = parts;
  const at = parts.at ?? (step === null ? { kind: "class" } : { kind: "step" });
  return { rule, severity, step, field, reader, join, message, hint, file: null, line: null, column: null, at };
}
