import { misplaced, isStandard } from "./decorators/decorator-arguments.ts";
import type { FieldDecorator } from "./decorators/step-decorator.ts";
import { MillraceError } from "./base/millrace-error.ts";
import { addField, type FieldDeclaration } from "./base/metadata.ts";

type Kind = FieldDeclaration["kind"];

/** What `@kind(options)` on a field does, in either dialect: note the declaration beside the class. */
export function declareField(kind: Kind, options: object): FieldDecorator {
  return (...place: readonly unknown[]): void => {
    const { holder, name } = isStandard(place) ? standardField(kind, place[1]) : legacyField(kind, place);
    addField(holder, { kind, name, options });
  };
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
