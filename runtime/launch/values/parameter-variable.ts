import { flagName, type FlowField } from "./flow-fields.ts";

/** How the variables begin that give parameters. */
export const VARIABLE_PREFIX = "MILLRACE_PARAM_";

/** A parameter, as far as its variable depends on it. */
export type NamedParameter = Pick<Extract<FlowField, { kind: "parameter" }>, "name" | "options">;

/** The environment variable that gives a parameter: its own, or for `learningRate` `MILLRACE_PARAM_LEARNING_RATE`. */
export function parameterVariable({ name, options }: NamedParameter): string {
  return options.env ?? ownVariable(name);
}

/** The variable of a parameter that names none. */
export function ownVariable(name: string): string {
  return VARIABLE_PREFIX + flagName(name).replaceAll("-", "_").toUpperCase();
}
