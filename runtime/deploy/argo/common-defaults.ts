import { isDeepStrictEqual } from "node:util";
import type { ArgoTemplate } from "./argo-template.ts";

interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * What all containers have in common is said once: a workflow of hundreds of steps has to be smaller than a megabyte. Argo lays
 * each template over it, and lists of variables one by one.
 */
export function commonDefaults(all: readonly ArgoTemplate[]): {
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly templates: readonly ArgoTemplate[];
} {
  const containers = all.flatMap(({ container }) => (container === undefined ? [] : [container]));
  const [first, ...others] = containers;
  if (first === undefined) return { defaults: {}, templates: all };
  const isCommon = (field: string) => others.every((one) => isDeepStrictEqual(one[field], first[field]));
  const fields = ["image", "imagePullPolicy", "command"].filter((field) => field in first && isCommon(field));
  const env = variablesOf(first).filter((variable) => others.every((one) => has(one, variable)));
  const container = { ...Object.fromEntries(fields.map((field) => [field, first[field]])), env };
  const without = (own: Readonly<Record<string, unknown>>) => ({
    ...Object.fromEntries(Object.entries(own).filter(([field]) => !fields.includes(field))),
    env: variablesOf(own).filter((variable) => !env.some(({ name }) => name === variable.name)),
  });
  const templates = all.map((template) =>
    template.container === undefined ? template : { ...template, container: without(template.container) },
  );
  return { defaults: { container }, templates };
}

function variablesOf(container: Readonly<Record<string, unknown>>): readonly Variable[] {
  return container["env"] as readonly Variable[];
}

function has(container: Readonly<Record<string, unknown>>, variable: Variable): boolean {
  return variablesOf(container).some((one) => isDeepStrictEqual(one, variable));
}
