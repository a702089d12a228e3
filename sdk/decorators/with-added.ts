import { MillraceError } from "../base/millrace-error.ts";
import type { DecoratorUse } from "../base/metadata.ts";
import type { AddedUse } from "./resolve-settings.ts";
import { decoratorIn } from "./decorator-in.ts";
import { definitionOf } from "./definition-of.ts";
import type { DecoratorDefinition } from "./decorator-definition.ts";

/**
 * Reads what follows `--with`: `retry`, `retry:times=2,delay=5s`, `batch:gpu=1,tags={"team":"ml"}`.
 *
 * @throws MillraceError for an unknown decorator, an unknown option or a value that the option does not take
 */
export function parseWith(text: string): AddedUse {
  const colon = text.indexOf(":");
  const decorator = decoratorIn(text);
  const definition = definitionOf(decorator);
  const pairs = colon === -1 ? [] : splitOptions(text.slice(colon + 1));
  const options = Object.fromEntries(pairs.map((pair) => parsePair(pair, definition)));
  definition.settings(options);
  return { decorator, options, isAdded: true };
}

/** Adds what `--with` asks for; a decorator of the same name in the code wins. */
export function withAdded(uses: readonly DecoratorUse[], added: readonly AddedUse[]): readonly DecoratorUse[] {
  const names = new Set(uses.map((use) => use.decorator));
  return [...uses, ...added.filter((use) => !names.has(use.decorator))];
}

function parsePair(pair: string, definition: DecoratorDefinition): readonly [string, unknown] {
  const equals = pair.indexOf("=");
  const name = (equals === -1 ? pair : pair.slice(0, equals)).trim();
  const reader = Object.hasOwn(definition.options, name) ? definition.options[name] : undefined;
  if (equals === -1 && reader !== undefined && reader.read(reader.parse("")) === undefined) {
    throw new MillraceError({
      code: "MILLRACE_DECORATOR_OPTION",
      headline: `Cannot use --with ${definition.name} because option ${name} has no value`,
      hint: `write ${definition.name}:${name}=…, ${reader.expects}`,
    });
  }
  const value = equals === -1 ? "" : pair.slice(equals + 1).trim();
  return [name, reader === undefined ? value : reader.parse(value)];
}

/** Splits at commas, but not inside the brackets and quotes of JSON values. */
function splitOptions(text: string): string[] {
  const parts = text.match(
    /(?:"(?:\\.|[^"\\])*"|\{(?:"(?:\\.|[^"\\])*"|[^}"])*\}|\[(?:"(?:\\.|[^"\\])*"|[^\]"])*\]|[^,])+/g,
  );
  return (parts ?? []).filter((part) => part.trim() !== "");
}
