import type { ConfigOptions } from "../../../sdk/config.ts";
import type { IncludeFileOptions } from "../../../sdk/include-file.ts";
import { type ConstructedFlow, constructFlow } from "../../../sdk/base/construct-flow.ts";
import { type AnyClass, type FieldDeclaration, fieldsOf } from "../../../sdk/base/metadata.ts";
import type { ParameterOptions } from "../../../sdk/parameter.ts";

/** A declared field together with the value of its initializer. */
export type FlowField =
  | { readonly kind: "parameter"; readonly name: string; readonly options: ParameterOptions; readonly initial: unknown }
  | {
      readonly kind: "includeFile";
      readonly name: string;
      readonly options: IncludeFileOptions;
      readonly initial: unknown;
    }
  | { readonly kind: "config"; readonly name: string; readonly options: ConfigOptions; readonly initial: unknown };

/**
 * Parameters, included files and configuration of a flow. Builds one instance, to see the initializers' values.
 * @param configs - values of configurations that are known: the other initializers see these
 */
export function flowFields(Flow: AnyClass, configs: Readonly<Record<string, unknown>> = {}): readonly FlowField[] {
  const declared = [...fieldsOf(Flow).values()];
  if (declared.length === 0) return [];
  const made = constructFlow(Flow, { names: configNames(declared), values: configs });
  if (made.instance === null) throw made.error;
  return fieldsIn(declared, made);
}

export function configNames(declared: readonly FieldDeclaration[]): ReadonlySet<string> {
  return new Set(declared.filter(({ kind }) => kind === "config").map(({ name }) => name));
}

/** The declared fields with what an instance has in them. */
export function fieldsIn(
  declared: readonly FieldDeclaration[],
  { instance, initials }: Pick<ConstructedFlow, "instance" | "initials">,
): readonly FlowField[] {
  return declared.map(({ kind, name, options }) => ({
    ...{ kind, name, options },
    initial: kind === "config" ? initials.get(name) : instance?.[name],
  }));
}

/** `learningRate` → `learning-rate`. */
export function flagName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
