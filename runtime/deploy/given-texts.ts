import type { Environment } from "../settings/environment.ts";
import type { FlowField } from "../launch/values/flow-fields.ts";
import { parameterVariable } from "../launch/values/parameter-variable.ts";
import { type ParameterText, parameterType } from "../launch/values/read-parameter.ts";

/**
 * The values that a deployment keeps for its runs, as texts: those of the command line, and of variables of this process. An
 * included file is not among them: its content is part of the release.
 */
export function givenTexts(
  fields: readonly FlowField[],
  { texts, env }: { readonly texts: ReadonlyMap<string, ParameterText>; readonly env: Environment },
): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      if (field.kind !== "parameter") return [];
      const variable = env[parameterVariable(field)];
      const given = texts.get(field.name)?.texts ?? (variable === undefined ? [] : [variable]);
      const last = given.at(-1);
      if (last === undefined) return [];
      // `--day mon --day tue` is the same as `--day mon,tue`.
      const isList = parameterType(field) === "array" && given.length > 1;
      return [[field.name, isList ? given.filter((text) => text !== "").join(",") : last]];
    }),
  );
}
