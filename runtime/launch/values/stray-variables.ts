import { nearest } from "../../../sdk/base/nearest.ts";
import type { Environment } from "../../settings/environment.ts";
import type { FlowField } from "./flow-fields.ts";
import { type NamedParameter, ownVariable, parameterVariable, VARIABLE_PREFIX } from "./parameter-variable.ts";

/** Warnings for variables that look like a parameter's and are none: several flows may share an environment. */
export function strayVariables(fields: readonly FlowField[], env: Environment): readonly string[] {
  const parameters = fields.filter((field) => field.kind === "parameter");
  const known = new Set(parameters.map(parameterVariable));
  return Object.keys(env)
    .filter((variable) => variable.startsWith(VARIABLE_PREFIX) && !known.has(variable))
    .map((variable) => `${variable} sets no parameter of this flow${hint(variable, parameters)}`);
}

function hint(variable: string, parameters: readonly NamedParameter[]): string {
  const own = parameters.find(({ name }) => ownVariable(name) === variable);
  if (own !== undefined) return `: ${own.name} is set by ${parameterVariable(own)}`;
  // What all have in common would make everything look near.
  const part = (text: string) => text.slice(VARIABLE_PREFIX.length);
  const near = nearest(
    part(variable),
    parameters.map(({ name }) => part(ownVariable(name))),
  );
  const meant = parameters.find(({ name }) => part(ownVariable(name)) === near);
  return meant === undefined ? "" : `: did you mean ${parameterVariable(meant)}, for ${meant.name}?`;
}
