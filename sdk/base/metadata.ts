import * as reflection from "reflect-metadata";

// Imported for what it adds to `Reflect`. A bare import would be part of the declarations, whose readers do not have it.
// eslint-disable-next-line @typescript-eslint/no-meaningless-void-operator -- the compiler wants it used
void reflection;

/** The one file that knows how annotations are stored: reflect-metadata, on the method itself or on a field's class. */

/** One `@decorator(options)` on a step; options stay raw until the configuration is known. */
export interface DecoratorUse {
  readonly decorator: string;
  readonly options: unknown;
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

const STEP = "millrace:step";
const USES = "millrace:decorators";
const FIELDS = "millrace:fields";

export function markStep(method: object, mark: StepMark): void {
  Reflect.defineMetadata(STEP, mark, method);
}

export function stepMarkOf(method: object): StepMark | undefined {
  return Reflect.getOwnMetadata(STEP, method) as StepMark | undefined;
}

export function addDecoratorUse(target: object, use: DecoratorUse): void {
  // Decorators apply from the last to the first: unshift keeps the order in which the user reads them.
  Reflect.defineMetadata(USES, [use, ...decoratorUsesOf(target)], target);
}

/** Decorators of a step method or of a class itself, in source order. */
export function decoratorUsesOf(target: object): readonly DecoratorUse[] {
  return (Reflect.getOwnMetadata(USES, target) as readonly DecoratorUse[] | undefined) ?? [];
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
  const holders: object[] = [];
  for (let cls: unknown = flow; typeof cls === "function" && cls.prototype; cls = Object.getPrototypeOf(cls)) {
    const metadata = Object.getOwnPropertyDescriptor(cls, metadataSymbol())?.value as object | undefined;
    if (metadata !== undefined) holders.unshift(metadata);
    holders.unshift(cls.prototype as object);
  }
  return holders;
}

/** Standard decorators pass `context.metadata`, which the compiler hangs on the class under this symbol. */
function metadataSymbol(): symbol {
  return (Symbol as { metadata?: symbol }).metadata ?? Symbol.for("Symbol.metadata");
}

// Compilers look the symbol up when a class is evaluated; Node does not define it yet.
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for("Symbol.metadata");
