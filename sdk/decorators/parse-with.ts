import { MillraceError } from "../base/millrace-error.ts";
import type { AddedUse } from "./effective-uses.ts";
import { decoratorIn } from "./decorator-in.ts";
import { definitionOf } from "./definition-of.ts";
import { ownOptions, ownOptionsOfText } from "./own-options.ts";
import type { OwnDecorator } from "../base/own-decorator.ts";
import type { DecoratorDefinition } from "./decorator-definition.ts";

/**
 * Reads what follows `--with`: `retry`, `retry:times=2,delay=5s`, `batch:gpu=1,tags={"team":"ml"}`, and the names of
 * decorators that the flow's own code makes.
 *
 * @param own - those, by name
 * @throws MillraceError for an unknown decorator, an unknown option or a value that the option does not take
 */
export function parseWith(text: string, own: ReadonlyMap<string, OwnDecorator> = new Map()): AddedUse {
  const colon = text.indexOf(":");
  const decorator = decoratorIn(text);
  const pairs = (colon === -1 ? [] : splitOptions(text.slice(colon + 1))).map(pairIn);
  const made = own.get(decorator);
  if (made !== undefined) {
    const options = ownOptionsOfText(made, pairs);
    ownOptions(made, options);
    return { decorator, options, isAdded: true, own: made };
  }
  const definition = definitionOf(decorator, [...own.keys()]);
  const options = Object.fromEntries(pairs.map((pair) => parsedPair(pair, definition)));
  definition.settings(options);
  return { decorator, options, isAdded: true };
}

/** An option's name, and what is said of it; null for nothing. */
type Pair = readonly [string, string | null];

function pairIn(text: string): Pair {
  const equals = text.indexOf("=");
  return equals === -1 ? [text.trim(), null] : [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}

function parsedPair([name, text]: Pair, definition: DecoratorDefinition): readonly [string, unknown] {
  const reader = Object.hasOwn(definition.options, name) ? definition.options[name] : undefined;
  if (text === null && reader !== undefined && reader.read(reader.parse("")) === undefined) {
    throw new MillraceError({
      code: "MILLRACE_DECORATOR_OPTION",
      headline: `Cannot use --with ${definition.name} because option ${name} has no value`,
      hint: `write ${definition.name}:${name}=…, ${reader.expects}`,
    });
  }
  return [name, reader === undefined ? text : reader.parse(text ?? "")];
}

/** Splits at commas, but not inside the brackets and quotes of JSON values. */
function splitOptions(text: string): string[] {
  const parts = text.match(
    /(?:"(?:\\.|[^"\\])*"|\{(?:"(?:\\.|[^"\\])*"|[^}"])*\}|\[(?:"(?:\\.|[^"\\])*"|[^\]"])*\]|[^,])+/g,
  );
  return (parts ?? []).filter((part) => part.trim() !== "");
}
