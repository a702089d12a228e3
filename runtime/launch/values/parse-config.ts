import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { exactJson } from "./exact-json.ts";
import { kindOf, likeDefault, MISMATCH } from "./like-default.ts";
import { valueText } from "./value-text.ts";

export interface ConfigDeclaration {
  readonly name: string;
  /** Says the kind where there is no schema. */
  readonly initial: unknown;
  readonly hasSchema: boolean;
}

/** Where a configuration was given: a file, or a flag. */
export type PlacedConfig = ConfigDeclaration & { readonly place: string };

/**
 * A configuration's JSON as a value of the kind of its default.
 * @throws MillraceError that names the configuration, where it was given and the place of a mistake in it
 */
export function parseConfig(text: string, of: PlacedConfig): unknown {
  const parsed = exactJson(text);
  if ("value" in parsed) return configOf(parsed.value, of);
  throw new MillraceError({
    code: "MILLRACE_CONFIG",
    headline: `Cannot read configuration ${of.name} because it is not JSON${parsed.isInexact ? " that numbers can hold" : ""}: ${of.place}:${parsed.line}:${parsed.column}`,
    details: [parsed.problem],
    hint: 'write JSON, as in {"gpus": 2}, and what numbers cannot hold as text; files may also be .yaml or .toml',
  });
}

/**
 * Data as a value of the kind of a configuration's default.
 * @throws MillraceError that names the configuration and where it was given
 */
export function configOf(data: unknown, { name, initial, hasSchema, place }: PlacedConfig): unknown {
  const value = hasSchema ? data : likeDefault(data, initial);
  if (value !== MISMATCH) return value;
  throw new MillraceError({
    code: "MILLRACE_CONFIG",
    headline: `Cannot use configuration ${name} because it takes ${kindOf(initial)}, not ${kindOf(data)}: ${valueText(data)}`,
    details: [`given by ${place}`],
    hint: `its default is ${valueText(initial)}; @config({ schema }) may take more`,
  });
}
