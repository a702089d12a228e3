import type { AnyNode } from "acorn";
import type { MethodNode } from "../read/parse-method.ts";

/** What a step's code does with the flow's data, in the order of evaluation; helper methods stand where they are called. */
export type DataUse = FieldUse | MergeUse | OpenUse;

export interface FieldUse {
  readonly kind: "read" | "write" | "delete";
  readonly field: string;
  /** `this`, or an input of a join: of the step named, or of any. */
  readonly from: UseSource;
  readonly site: UseSite;
  /** True where the code may do without: in an if, a loop, a callback, a try block. */
  readonly isConditional: boolean;
  /** True in a function within the step, which may be called later than it stands. */
  readonly isDeferred: boolean;
  /** True for a read that only asks whether there is a value. */
  readonly isTest: boolean;
  /** What a write assigns; null for other uses, and where the source does not show it. */
  readonly value: AnyNode | null;
  /** True for a write before which nothing can have thrown. */
  readonly isSafe: boolean;
}

/** `this.mergeArtifacts(…)`. */
export interface MergeUse {
  readonly kind: "merge";
  readonly include: readonly NamedField[] | null;
  readonly exclude: readonly NamedField[] | null;
  /** True where the source does not tell which names are carried. */
  readonly isOpen: boolean;
  readonly isConditional: boolean;
  readonly site: UseSite;
}

/** Code that may set any field: `this[name] = …`, or `this` handed to other code. */
export interface OpenUse {
  readonly kind: "open";
}

export type UseSource = { readonly of: "this" } | { readonly of: "input"; readonly step: string | null };

export interface NamedField {
  readonly field: string;
  readonly site: UseSite;
}

/** Where a use stands in the source. */
export interface UseSite {
  readonly member: MemberBody;
  readonly node: AnyNode;
}

/** A method, an accessor or a function kept in a field, as parsed. */
export interface MemberBody {
  /** Name of the class whose body holds it. */
  readonly owner: string;
  readonly name: string;
  readonly root: AnyNode;
}

/** A function of the class that runs with the flow as `this`. */
export interface MemberFunction {
  readonly kind: "method" | "getter" | "setter" | "field";
  readonly body: MemberBody & { readonly root: MethodNode };
}
