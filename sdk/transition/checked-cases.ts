import type { Refused } from "../base/refused.ts";
import type { JoinParameters } from "../inputs.ts";
import type { Fine, Step, TakesNothing } from "./transition-target.ts";

/** What must hold of the cases of a switch: each leads to a plain step, and together they cover the artifact's values. */
export type CheckedCases<Cases, Value, Name extends string> = Cases extends Step
  ? Refused<"a switch takes its cases: this.next({ small: this.quick }, { condition: … })">
  : CheckedKeys<KeyText<Cases>, CaseText<Value>, Name> & {
      readonly [Case in keyof Cases]: CheckedCase<Cases[Case]>;
    };

type CheckedCase<Target> = Target extends Step
  ? TakesNothing<Target> extends true
    ? Fine
    : Parameters<Target> extends JoinParameters
      ? Refused<"a switch cannot lead straight into a join: put a step between">
      : Refused<"this step takes an item: lead to it with { foreach: … }">
  : Refused<"each case leads to a step: { small: this.quick }">;

/** Values of an open type (`string`) cannot be counted: any cases go, and others are found at run time. */
type CheckedKeys<Given extends string, Wanted extends string, Name extends string> = string extends Wanted
  ? Fine
  : `${number}` extends Wanted
    ? Fine
    : NothingUnknown<Exclude<Given, Wanted | "default">, Name> &
        ("default" extends Given ? Fine : NothingMissing<Exclude<Wanted, Given>, Name>);

type NothingUnknown<Extra extends string, Name extends string> = [Extra] extends [never]
  ? Fine
  : Refused<`case "${Extra}" cannot occur: artifact ${Name} never has this value`>;

type NothingMissing<Missing extends string, Name extends string> = [Missing] extends [never]
  ? Fine
  : Refused<`case "${Missing}" of artifact ${Name} is missing`> | { readonly [Case in Missing]: unknown };

type KeyText<Cases> = `${keyof Cases & (string | number)}`;
type CaseText<Value> = Value extends string | number | bigint | boolean | null | undefined ? `${Value}` : string;
