import type { CheckedCases } from "./checked-cases.ts";
import type { Refused } from "../base/refused.ts";
import type { Fine, Step, TakesNothing } from "./transition-target.ts";
import type { OfferedNames, OfferedOptions } from "./offered-options.ts";
import type { ArtifactName, JoinParameters } from "../inputs.ts";

/**
 * The types behind `this.next(…)`. Inside a class `this` is a type parameter, of which conditional types wait for ever.
 * Inferring through this mapped type looks through to the class itself.
 */
export type Revealed<Self> = { [Name in keyof Self]: Self[Name] };

/**
 * The class of a call of `next`. A type parameter of the method would be all of the class wherever an editor shows the
 * method; so it is inferred here, two mapped types deep, where the compiler looks through `this` all the same.
 * `Call` is a type parameter of the method: what depends on none would be settled for `FlowSpec` alone.
 */
export type RevealedAt<Self, Call> =
  Record<Call extends unknown ? "self" : never, Self> extends Holding<infer Held> ? Held["self" & keyof Held] : never;

/** Whatever is held fits, so that nothing is left to ask of `this`. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- with null and undefined it is all there is, where `unknown` would take the mapped type's place
type Holding<Held> = { [Key in keyof Held]: Revealed<Held[Key]> | {} | null | undefined };

type Options = Readonly<Record<string, unknown>>;

/** What must hold of the first argument of `next`, given the further ones. */
export type CheckedFirst<Self, First, Rest extends readonly unknown[]> = Rest extends readonly [infer Only]
  ? Only extends { readonly foreach: infer Name }
    ? Name extends ArtifactName<Self>
      ? CheckedItem<First, ElementOf<Self[Name]>>
      : Fine
    : Only extends { readonly condition: infer Name }
      ? Name extends ArtifactName<Self>
        ? CheckedCases<First, Self[Name], Name>
        : Fine
      : Only extends { readonly numParallel: unknown }
        ? CheckedWorker<First>
        : CheckedPlain<Self, First>
  : CheckedPlain<Self, First>;

/** What must hold of the further arguments of `next`: more steps, or one object of options. */
export type CheckedRest<Self, Rest extends readonly unknown[]> = {
  [Index in keyof Rest]: Rest[Index] extends Step
    ? Rest[Index] & CheckedPlain<Self, Rest[Index]>
    : Rest extends readonly [Options]
      ? CheckedOptions<Self, Rest[Index]>
      : Refused<"options follow exactly one step: this.next(this.train, { foreach: … })">;
};

type CheckedPlain<Self, Target> = Target extends Step
  ? TakesNothing<Target> extends true
    ? Fine
    : Parameters<Target> extends JoinParameters
      ? CheckedJoin<Self, Parameters<Target>[0]>
      : Refused<"this step takes an item: lead to it with { foreach: … }">
  : Refused<"this is not a step: pass a method marked @step, as in this.next(this.train)">;

type CheckedJoin<Self, Given> = Given extends readonly (infer Data)[]
  ? Self extends Data
    ? Fine
    : Refused<"this join takes the Inputs of another flow">
  : Fine;

/** Asks for the fit first: of a generic flow's item the compiler can say that it fits, not that it is no join. */
type CheckedItem<Target, Element> = Target extends (item: Element) => unknown
  ? Fine
  : Target extends Step
    ? Parameters<Target> extends JoinParameters
      ? Refused<"a foreach cannot lead to a join: its target takes one item, not inputs">
      : (item: Element) => unknown
    : Refused<"a foreach leads to one step: this.next(this.train, { foreach: … })">;

type CheckedWorker<Target> = Target extends Step
  ? TakesNothing<Target> extends true
    ? Fine
    : Refused<"the step of a gang takes nothing: current.parallel distinguishes its tasks">
  : Refused<"a gang is made of one step: this.next(this.train, { numParallel: 4 })">;

type CheckedOptions<Self, Given> = Given extends { readonly foreach: infer Name }
  ? OnlyForeach<Given> & { readonly foreach: CheckedForeach<Self, Name> } & CheckedLabel<Self, Name, Given>
  : Given extends { readonly condition: infer Name }
    ? OnlyKey<Given, "condition"> & { readonly condition: CheckedCondition<Self, Name> }
    : Given extends { readonly numParallel: unknown }
      ? OnlyKey<Given, "numParallel"> & { readonly numParallel: number }
      : [keyof Given] extends [never]
        ? OfferedOptions<Self>
        : Refused<"the options of next are { foreach }, { condition } or { numParallel }">;

type OnlyKey<Given, Key extends string> = [Exclude<keyof Given, Key>] extends [never]
  ? Fine
  : Refused<`option ${Exclude<keyof Given, Key> & string} does not go with ${Key}`>;

type OnlyForeach<Given> = OnlyKey<Omit<Given, "label">, "foreach">;

/** The property of an item that stands beside its task. Of items that the compiler knows nothing of, any. */
type CheckedLabel<Self, Name, Given> = Given extends { readonly label: infer Label }
  ? Name extends ArtifactName<Self>
    ? { readonly label: CheckedKey<Label, ElementOf<Self[Name]>, Name> }
    : Fine
  : Fine;

type CheckedKey<Label, Element, Name extends string> = unknown extends Element
  ? string
  : [ShownKey<Element>] extends [never]
    ? Refused<`the items of ${Name} have no properties: without label, each is shown itself`>
    : Label extends ShownKey<Element>
      ? Fine
      : ShownKey<Element>;

/** What at least some of the items have; not methods. */
type ShownKey<Element> = Element extends object
  ? keyof { [Key in keyof Element as Element[Key] extends Method ? never : Key]: unknown } & (string | number)
  : never;

type Method = (...args: never) => unknown;

// The names that would do stand beside the reason: the compiler shows both and suggests the nearest, an editor offers them.

type CheckedForeach<Self, Name> =
  Name extends ArtifactName<Self>
    ? Self[Name] extends Iterable<unknown> | null | undefined
      ? Fine
      : | Refused<`artifact ${Name} cannot be iterated, so foreach cannot fan out over it`>
        | OfferedNames<Self>["iterable"]
    : UnknownArtifact<Name> | OfferedNames<Self>["iterable"];

type CheckedCondition<Self, Name> =
  Name extends ArtifactName<Self>
    ? Self[Name] extends string | number | bigint | boolean | null | undefined
      ? Fine
      : | Refused<`artifact ${Name} is not a string, number or boolean, so a switch cannot choose by it`>
        | OfferedNames<Self>["choosable"]
    : UnknownArtifact<Name> | OfferedNames<Self>["choosable"];

type UnknownArtifact<Name> = Name extends string
  ? string extends Name
    ? Refused<"the graph is read before the flow runs: write the artifact's name as a literal">
    : Refused<`the flow has no artifact ${Name}`>
  : Refused<"name an artifact of the flow">;

type ElementOf<Value> = Value extends Iterable<infer Element> ? Element : never;
