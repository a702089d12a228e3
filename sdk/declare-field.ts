import { misplaced, isStandard } from "./decorators/decorator-arguments.ts";
import type { FieldDecorator } from "./decorators/step-decorator.ts";
import { MillraceError } from "./base/millrace-error.ts";
import { nearest } from "./base/nearest.ts";
import { wrongOption } from "./decorators/decorator-definition.ts";
import { addField, type FieldDeclaration } from "./base/metadata.ts";

type Kind = FieldDeclaration["kind"];

/** The options of a decorator of fields, each by its name. */
export type FieldOptionNames<Options> = { readonly [Name in keyof Options]-?: true };

/**
 * What `@kind(options)` on a field does, in either dialect: note the declaration beside the class.
 *
 * @param known - the options that there are; what they may be is judged when the flow is read
 */
export function declareField(
  kind: Kind,
  { options, known }: { options: object; known: FieldOptionNames<object> },
): FieldDecorator {
  return (...place: readonly unknown[]): void => {
    const { holder, name } = isStandard(place) ? standardField(kind, place[1]) : legacyField(kind, place);
    checkNames(kind, { options, known: Object.keys(known) });
    addField(holder, { kind, name, options });
  };
}

function checkNames(kind: Kind, { options, known }: { options: object; known: readonly string[] }): void {
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || known.includes(option)) continue;
    const meant = nearest(option, known);
    const hint = meant === null ? `its options are ${known.join(", ")}` : `did you mean ${meant}?`;
    throw wrongOption(kind, `it has no option ${option}`, hint);
  }
}

interface FieldPlace {
  readonly holder: object;
  readonly name: string;
}

function standardField(kind: Kind, context: DecoratorContext): FieldPlace {
  if (context.kind !== "field") throw misplaced(kind, `${context.kind} ${String(context.name)}`, REMEDY);
  if (context.static) throw misplaced(kind, `static ${String(context.name)}`, "remove `static`");
  if (context.private) throw misplaced(kind, `private ${String(context.name)}`, "remove the # from its name");
  if (typeof context.name !== "string") throw misplaced(kind, `field ${String(context.name)}`, PLAIN_NAME);
  // Older compilers leave it out, though the types promise it.
  const metadata = context.metadata as object | undefined;
  if (metadata !== undefined) return { holder: metadata, name: context.name };
  throw new MillraceError({
    code: "MILLRACE_DECORATOR_METADATA",
    headline: `Cannot apply @${kind} to ${context.name} because the compiler passes no decorator metadata`,
    hint: "compile with TypeScript 5.2 or esbuild 0.21.3 or later, or set experimentalDecorators in tsconfig.json",
  });
}

function legacyField(kind: Kind, [target, name, descriptor]: readonly unknown[]): FieldPlace {
  if (typeof name !== "string" && typeof name !== "symbol") throw misplaced(kind, "a class", REMEDY);
  if (typeof target === "function") throw misplaced(kind, `static ${String(name)}`, "remove `static`");
  if (typeof name === "symbol") throw misplaced(kind, `field ${String(name)}`, PLAIN_NAME);
  if (isAccessorOrMethod(descriptor)) throw misplaced(kind, `method ${name}`, REMEDY);
  return { holder: target as object, name };
}

function isAccessorOrMethod(descriptor: unknown): boolean {
  if (typeof descriptor !== "object" || descriptor === null) return false;
  const { get, set, value } = descriptor as TypedPropertyDescriptor<unknown>;
  return get !== undefined || set !== undefined || typeof value === "function";
}

const REMEDY = "put it on a field: `@parameter() factors = 16`";
const PLAIN_NAME = "give the field a plain name";
