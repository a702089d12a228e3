import type { Refused } from "./base/refused.ts";

/** What must hold of a parameter's field: it can keep whatever its schema gives and each of its choices. */
export type CheckedParameter<Value, Output, Choice> = [Misfit<Choice, Value>] extends [never]
  ? unknown extends Output
    ? void
    : [Exclude<Output, undefined>] extends [Widened<Value>]
      ? void
      : Refused<"what the schema gives does not fit the field's type">
  : Refused<`choice ${Misfit<Choice, Value> & (string | number | boolean)} does not fit the field's type`>;

/** The choices that the field cannot keep. Where their list is of an open type, one that fits is enough. */
type Misfit<Choice, Value> =
  Choice extends Widened<Value> ? never : Widened<Value> & Choice extends never ? Choice : never;

/** `readonly rate = 0.1` is of type 0.1, which says nothing about other runs; a union of literals is meant. */
type Widened<Value> = IsUnion<Value> extends true ? Value : Base<Value>;

type Base<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends boolean
      ? boolean
      : Value;

type IsUnion<Value, Whole = Value> = Value extends unknown ? ([Whole] extends [Value] ? false : true) : never;
