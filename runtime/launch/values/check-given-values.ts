import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";
import type { FlowField } from "./flow-fields.ts";
import { kindOf } from "./like-default.ts";
import { valueText } from "./value-text.ts";

/**
 * Checks parameters that a program gives as values: each must be declared and, where no schema says more, be of its
 * default's type. One that is `undefined` counts as not given.
 * @throws MillraceError that lists all that does not fit
 */
export function checkGivenValues(
  fields: readonly FlowField[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const problems = given.flatMap(([name, value]) => problemOf(name, { value, fields }));
  if (problems.length > 0) throw misfits(problems, fields);
  return Object.fromEntries(given);
}

/** @throws MillraceError that lists the names that are no parameter's */
export function checkGivenNames(fields: readonly FlowField[], names: Iterable<string>): void {
  const problems = [...names].flatMap((name) => {
    const field = fields.find((one) => one.name === name);
    return field === undefined || field.kind === "config" ? problemOf(name, { value: undefined, fields }) : [];
  });
  if (problems.length > 0) throw misfits(problems, fields);
}

function misfits(problems: readonly string[], fields: readonly FlowField[]): MillraceError {
  const names = fields.filter(({ kind }) => kind !== "config").map(({ name }) => name);
  return new MillraceError({
    code: "MILLRACE_PARAMETER",
    headline: `Cannot start because ${problems[0] ?? ""}`,
    details: problems.slice(1),
    hint: names.length === 0 ? "the flow declares no parameters" : `its parameters are ${names.join(", ")}`,
  });
}

function problemOf(name: string, { value, fields }: { value: unknown; fields: readonly FlowField[] }): string[] {
  const field = fields.find((one) => one.name === name);
  if (field?.kind === "config") return [`${name} is a configuration, not a parameter: give it as config`];
  if (field === undefined) {
    const near = nearest(
      name,
      fields.map((one) => one.name),
    );
    return [`the flow has no parameter ${name}${near === null ? "" : `: did you mean ${near}?`}`];
  }
  const { initial } = field;
  if (field.kind === "includeFile" || field.options.schema !== undefined || initial === undefined || initial === null)
    return [];
  const [wanted, seen] = [kindOf(initial), kindOf(value)];
  // Where a number that is none is the default it may be given as well.
  if (typeof value === "number" && Number.isFinite(initial) && !Number.isFinite(value))
    return [`parameter ${name} takes a finite number, not ${value}`];
  return wanted === seen ? [] : [`parameter ${name} takes ${wanted}, not ${seen}: ${valueText(value)}`];
}
