import { finding, type Finding } from "../../graph/finding.ts";
import type { FlowField } from "./flow-fields.ts";

/** The rule's row in the table of docs/cli.md. */
export const CONFIG_RULE = {
  name: "config-keys",
  finds: "a configuration without a schema whose file or value lacks keys that its default has",
} as const;

/** A file or value replaces a default as a whole: steps that read what only the default has get `undefined`. */
export function configFindings(fields: readonly FlowField[], configs: Readonly<Record<string, unknown>>): Finding[] {
  return fields.flatMap((field) => {
    if (field.kind !== "config" || field.options.schema !== undefined) return [];
    const { name, initial } = field;
    const missing = missingKeys(initial, { value: configs[name], path: name });
    if (missing.length === 0) return [];
    const keys =
      missing.slice(0, MOST).join(", ") + (missing.length > MOST ? ` and ${missing.length - MOST} more` : "");
    return finding({
      rule: CONFIG_RULE.name,
      severity: "warning",
      field: name,
      at: { kind: "field", name },
      message: `Cannot find all keys of configuration ${name} because what is given replaces its default as a whole: ${keys} ${missing.length === 1 ? "is" : "are"} undefined`,
      hint: "write them into its file or value, or check it with @config({ schema })",
    });
  });
}

/** This many keys are named. */
const MOST = 5;

/** Keys of plain objects, at any depth; what a default leaves undefined is not missed. */
function missingKeys(initial: unknown, { value, path }: { value: unknown; path: string }): string[] {
  if (!isPlain(initial) || !isPlain(value)) return [];
  return Object.entries(initial).flatMap(([key, part]) => {
    const at = `${path}.${key}`;
    if (part === undefined) return [];
    return Object.hasOwn(value, key) ? missingKeys(part, { value: value[key], path: at }) : [at];
  });
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null;
}
