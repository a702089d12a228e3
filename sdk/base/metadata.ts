import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as reflection from "reflect-metadata";
import type { OwnDecorator } from "./own-decorator.ts";

// Imported for what it adds to `Reflect`. A bare import would be part of the declarations, whose readers do not have it.
// eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator -- the compiler wants it used
void reflection;

/** The one file that knows how annotations are stored: reflect-metadata, on the method itself or on a field's class. */

/** One `@decorator(options)` on a step, or before the class for all steps; options stay raw until the configuration is known. */
export interface DecoratorUse {
  readonly decorator: string;
  readonly options: unknown;
  /** The class that it stands before, as two may share a name; absent where it stands on the step itself. */
  readonly on?: AnyClass;
  /** Set where the flow's own code made the decorator. */
  readonly own?: OwnDecorator;
  /** The decorator of the flow's own that adds this one; absent where it was written. */
  readonly from?: string;
}

export interface StepMark {
  readonly start: boolean;
  readonly end: boolean;
  /** File in which the decorator was applied, as the stack named it; null where it could not be read. */
  readonly file: string | null;
}

/** `@parameter`, `@includeFile` or `@config` on a field. */
export interface FieldDeclaration {
  readonly kind: "parameter" | "includeFile" | "config";
  readonly name: string;
  readonly options: object;
}

export type AnyFunction = (...args: never[]) => unknown;
/** Any class; flows are compared by shape, never by identity of their base class, as two copies of the package may meet. */
export type AnyClass = abstract new (...args: never[]) => object;

/** `@predict(options)` on a method of a service. */
export interface PredictionMark {
  readonly input: StandardSchemaV1;
  /** Undefined where answers are not checked. */
  readonly output: StandardSchemaV1 | undefined;
  readonly batch: { readonly maxSize: number; readonly maxWaitMs: number };
  /** Features that each row is given; missing for none. */
  readonly lookup?: FeatureLookup;
}

/** Looks features up for rows that have the keys. */
export interface FeatureLookup {
  /** The views as they were declared, and which of their features. */
  readonly views: readonly { readonly definition: object; readonly names: readonly string[] }[];
  /** Columns that the rows need. */
  readonly keys: readonly string[];
  /** Why a value cannot be the key of that column; null where it can. */
  keyFault(name: string, value: unknown): string | null;
  /** Names of the columns that are added: no row may have one of them. */
  readonly columns: readonly string[];
  /** @throws MillraceError `MILLRACE_FEATURE` */
  find(rows: readonly object[]): Promise<FoundValues>;
}

/** What was looked up for some rows. */
export interface FoundValues {
  /** Of each row its values, by column. */
  readonly values: readonly Readonly<Record<string, unknown>>[];
  /** The snapshots that they are from, by view. */
  readonly snapshots: Readonly<Record<string, AnsweringSnapshot>>;
}

/** A snapshot of a view, out of which features were looked up. */
export interface AnsweringSnapshot {
  /** Version of the view. */
  readonly version: number;
  /** The instant that it answers for, in milliseconds since 1970. */
  readonly until: number;
  /** Which column has which feature. */
  readonly columns: Readonly<Record<string, string>>;
}

const STEP = "millrace:step";
const PREDICTION = "millrace:prediction";
const USES = "millrace:decorators";
const FOR_EVERY_STEP = "millrace:for-every-step";
const FIELDS = "millrace:fields";
const OWN = "millrace:own-decorators";
const SEEN = "millrace:methods-seen";

export function markStep(method: object, mark: StepMark): void {
  Reflect.defineMetadata(STEP, mark, method);
}

export function stepMarkOf(method: object): StepMark | undefined {
  return Reflect.getOwnMetadata(STEP, method) as StepMark | undefined;
}

export function markPrediction(method: object, mark: PredictionMark): void {
  Reflect.defineMetadata(PREDICTION, mark, method);
}

export function predictionMarkOf(method: object): PredictionMark | undefined {
  return Reflect.getOwnMetadata(PREDICTION, method) as PredictionMark | undefined;
}

export function addDecoratorUse(target: object, use: DecoratorUse): void {
  addUse(USES, { target, use });
}

/** Decorators of a step method or of a class itself, in source order. */
export function decoratorUsesOf(target: object): readonly DecoratorUse[] {
  return usesUnder(USES, target);
}

/**
 * Notes which function stood under a name when a decorator of ours was applied: one of somebody else's may put another in
 * its place. `holder` is the prototype (legacy decorators) or the class's metadata object (standard ones).
 */
export function noteMethod(holder: object, { name, method }: { name: string; method: AnyFunction }): void {
  let seen = Reflect.getOwnMetadata(SEEN, holder) as Map<string, AnyFunction[]> | undefined;
  if (seen === undefined) Reflect.defineMetadata(SEEN, (seen = new Map<string, AnyFunction[]>()), holder);
  const methods = seen.get(name);
  if (methods === undefined) seen.set(name, [method]);
  else if (!methods.includes(method)) methods.push(method);
}

/** The functions that decorators of ours saw in a class's own body, by name, the innermost first. */
export function methodsSeen(owner: AnyClass): ReadonlyMap<string, readonly AnyFunction[]> {
  for (const holder of ownHolders(owner)) {
    const seen = Reflect.getOwnMetadata(SEEN, holder) as Map<string, AnyFunction[]> | undefined;
    if (seen !== undefined) return seen;
  }
  return NOTHING_SEEN;
}

const NOTHING_SEEN: ReadonlyMap<string, readonly AnyFunction[]> = new Map();

/** A step decorator before the class. */
export function addUseForEveryStep(flow: AnyClass, use: DecoratorUse): void {
  addUse(FOR_EVERY_STEP, { target: flow, use: { ...use, on: flow } });
}

/** Step decorators before the class and its base classes: the nearest class first, each class in source order. */
export function usesForEveryStep(flow: AnyClass): readonly DecoratorUse[] {
  return lineage(flow).flatMap((cls) => usesUnder(FOR_EVERY_STEP, cls));
}

function addUse(key: string, { target, use }: { target: object; use: DecoratorUse }): void {
  // Decorators apply from the last to the first: unshift keeps the order in which the user reads them.
  Reflect.defineMetadata(key, [use, ...usesUnder(key, target)], target);
}

function usesUnder(key: string, target: object): readonly DecoratorUse[] {
  return (Reflect.getOwnMetadata(key, target) as readonly DecoratorUse[] | undefined) ?? [];
}

/** The decorators that the code of a flow's file made, by name. */
export function noteOwnDecorators(flow: AnyClass, decorators: ReadonlyMap<string, OwnDecorator>): void {
  Reflect.defineMetadata(OWN, decorators, flow);
}

/** Undefined where it was not noted which code made them. */
export function notedOwnDecorators(flow: AnyClass): ReadonlyMap<string, OwnDecorator> | undefined {
  return Reflect.getOwnMetadata(OWN, flow) as ReadonlyMap<string, OwnDecorator> | undefined;
}

/** `holder` is the prototype (legacy decorators) or the class's metadata object (standard ones). */
export function addField(holder: object, field: FieldDeclaration): void {
  Reflect.defineMetadata(FIELDS, [...ownFields(holder), field], holder);
}

/** Every declared field of a class, base classes first; a derived declaration replaces the base's. */
export function fieldsOf(flow: AnyClass): ReadonlyMap<string, FieldDeclaration> {
  const fields = new Map<string, FieldDeclaration>();
  for (const holder of holdersOf(flow)) for (const field of ownFields(holder)) fields.set(field.name, field);
  return fields;
}

function ownFields(holder: object): readonly FieldDeclaration[] {
  return (Reflect.getOwnMetadata(FIELDS, holder) as readonly FieldDeclaration[] | undefined) ?? [];
}

function holdersOf(flow: AnyClass): object[] {
  return lineage(flow).reverse().flatMap(ownHolders);
}

function ownHolders(cls: AnyClass): object[] {
  const metadata = Object.getOwnPropertyDescriptor(cls, metadataSymbol())?.value as object | undefined;
  return metadata === undefined ? [cls.prototype as object] : [cls.prototype as object, metadata];
}

/** A class, then its base classes. */
function lineage(flow: AnyClass): AnyClass[] {
  const classes: AnyClass[] = [];
  for (let cls: unknown = flow; typeof cls === "function" && cls.prototype; cls = Object.getPrototypeOf(cls))
    classes.push(cls as unknown as AnyClass);
  return classes;
}

/** Standard decorators pass `context.metadata`, which the compiler hangs on the class under this symbol. */
function metadataSymbol(): symbol {
  return (Symbol as { metadata?: symbol }).metadata ?? Symbol.for("Symbol.metadata");
}

// Compilers look the symbol up when a class is evaluated; Node does not define it yet.
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for("Symbol.metadata");
