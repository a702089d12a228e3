import type { StandardSchemaV1 } from "@standard-schema/spec";
import { finding, type Finding } from "../../graph/finding.ts";
import type { FlowField } from "./flow-fields.ts";
import { valueText } from "./value-text.ts";

/** The rule's row in the table of docs/cli.md. */
export const PARAMETER_RULE = {
  name: "parameter-default",
  finds: "a parameter whose default, `choices` and `schema` contradict each other",
} as const;

type Parameter = Extract<FlowField, { kind: "parameter" }>;

/** Parameters whose declaration contradicts itself: without a value of the user's, or with some, the run is refused. */
export function parameterFindings(fields: readonly FlowField[]): Finding[] {
  return fields.flatMap((field) => (field.kind === "parameter" ? contradictionsOf(field) : []));
}

function contradictionsOf(field: Parameter): Finding[] {
  const { name, initial, options } = field;
  const { schema, choices } = options;
  const checked = initial === undefined || schema === undefined ? null : validate(schema, initial);
  const value = checked !== null && "value" in checked ? checked.value : initial;
  const texts = choices?.map((choice) => valueText(choice)).join(", ");
  if (checked !== null && "issues" in checked)
    return describe(name, {
      message: `Cannot use the default of parameter ${name} because its schema refuses it: ${valueText(initial)} (${checked.issues.join("; ")})`,
      hint: "write a default that fits the schema, or leave it out and say required: true",
    });
  if (initial !== undefined && choices?.some((choice) => Object.is(choice, value)) === false)
    return describe(name, {
      message: `Cannot use the default of parameter ${name} because it is not among the choices: ${valueText(value)}`,
      hint: `start with one of ${texts ?? ""}, or add it to choices`,
    });
  const refused = schema === undefined ? [] : refusedChoices(schema, choices ?? []);
  if (refused.length === 0) return [];
  return describe(name, {
    message: `Cannot choose ${refused.map((choice) => valueText(choice)).join(", ")} for parameter ${name} because its schema refuses what choices allows`,
    hint: "leave it out of choices, or let the schema take it",
  });
}

function describe(name: string, text: { message: string; hint: string }): Finding[] {
  return [
    finding({ rule: PARAMETER_RULE.name, severity: "warning", field: name, at: { kind: "field", name }, ...text }),
  ];
}

/** Choices are what a schema makes: only where it leaves some of them as they are can others be wrong. */
function refusedChoices(schema: StandardSchemaV1, choices: readonly unknown[]): readonly unknown[] {
  const results = choices.map((choice) => ({ choice, result: validate(schema, choice) }));
  const isPlain = results.some(
    ({ choice, result }) => result !== null && "value" in result && Object.is(result.value, choice),
  );
  return isPlain
    ? results.flatMap(({ choice, result }) => (result !== null && "issues" in result ? [choice] : []))
    : [];
}

type Validation = { readonly value: unknown } | { readonly issues: readonly string[] };

/** `null` for a schema that takes its time, or that throws: the run will tell. */
function validate(schema: StandardSchemaV1, value: unknown): Validation | null {
  try {
    const result = schema["~standard"].validate(value);
    if (result instanceof Promise) {
      result.catch(() => undefined);
      return null;
    }
    return result.issues === undefined
      ? { value: result.value }
      : { issues: result.issues.map(({ message }) => message) };
  } catch {
    return null;
  }
}
