import type { FeatureSpec, ViewSpec } from "../../runtime/catalog/features/view-spec.ts";

/** What a feature can be: null where there is no value. */
export type FeatureValue = string | number | bigint | boolean | Date;

declare const VALUE: unique symbol;
declare const VALUES: unique symbol;

/** How a feature is computed, as {@link featureView} takes it: what `sum`, `count`, `compute` and the others return. */
export interface FeatureDefinition<T> {
  /** @internal */
  readonly spec: FeatureSpec;
  /** Only a type. */
  readonly [VALUE]?: T;
}

/** Features of a view, to be asked for: `spending.all` or `spending.spend7d`. */
export interface FeatureSelection<View extends string = string, Values extends object = object> {
  /** The name of the view. */
  readonly view: View;
  /** The names of the features. */
  readonly names: readonly string[];
  /** @internal */
  readonly definition: ViewSpec;
  /** Only a type. */
  readonly [VALUES]?: Values;
}

/** What was declared: each feature by its name, and all of them. */
export type FeatureView<View extends string, Features extends FeatureDefinitions> = {
  readonly [Name in keyof Features & string]: FeatureSelection<View, Pick<ValuesOf<Features>, Name>>;
} & {
  /** All features, in the order in which they were declared. */
  readonly all: FeatureSelection<View, ValuesOf<Features>>;
};

/** Features by name. */
export type FeatureDefinitions = Readonly<Record<string, FeatureDefinition<unknown>>>;

/** The values of features by name. */
export type ValuesOf<Features extends FeatureDefinitions> = {
  [Name in keyof Features]: Features[Name] extends FeatureDefinition<infer T> ? T : never;
};

/**
 * A label with the features that were asked for, which have their own names; `view.feature` where a label's column or a feature
 * of another view has that name.
 */
export type WithFeatures<Label extends object, Selections extends readonly FeatureSelection[]> = Label & {
  [Entry in EntryOf<Selections[number]> as NameOf<Entry, EntryOf<Selections[number]>, Label>]: Entry["value"];
};

interface Entry {
  readonly view: string;
  readonly name: string;
  readonly value: unknown;
}

type EntryOf<Selection> =
  Selection extends FeatureSelection<infer View, infer Values>
    ? { [Name in keyof Values & string]: { view: View; name: Name; value: Values[Name] } }[keyof Values & string]
    : never;

type NameOf<Of extends Entry, All extends Entry, Label> = Of extends Entry
  ? IsColumn<Of["name"], Label> extends true
    ? `${Of["view"]}.${Of["name"]}`
    : IsUnion<Extract<All, { name: Of["name"] }>["view"]> extends true
      ? `${Of["view"]}.${Of["name"]}`
      : Of["name"]
  : never;

/** Labels of any columns say nothing of their names. */
type IsColumn<Name extends string, Label> = string extends keyof Label
  ? false
  : Name extends keyof Label
    ? true
    : false;

type IsUnion<T, Whole = T> = T extends Whole ? ([Whole] extends [T] ? false : true) : never;
