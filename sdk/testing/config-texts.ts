import { MillraceError } from "../base/millrace-error.ts";

/** Configuration given as values, in the form in which the command line takes it: JSON texts by name. */
export function configTexts(config: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return new Map(given.map(([name, value]) => [name, asJson(name, value)]));
}

function asJson(name: string, value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    if (text !== undefined) return text;
  } catch {
    // A circle or a bigint: told below.
  }
  throw new MillraceError({
    code: "MILLRACE_CONFIG",
    headline: `Cannot set configuration ${name} because its value is not JSON data: ${typeof value}`,
    hint: "give numbers, strings, booleans, arrays and plain objects",
  });
}
