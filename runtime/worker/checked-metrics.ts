import { isRecord } from "../../sdk/base/is-record.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { LogStep } from "../../sdk/base/host.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import { visibleLine } from "../../sdk/base/visible.ts";

/** Longer ones are data, not names. */
const MAX_NAME_CHARS = 200;
const EXAMPLE = "for example current.log({ loss: 0.31, accuracy: 0.92 }, { step: 4 })";

const { keys } = Object;

/**
 * The names of what `current.log` was given.
 * @throws MillraceError `MILLRACE_METRIC`
 */
export function checkedMetrics(metrics: Readonly<Record<string, number>>): readonly string[] {
  if (!isRecord(metrics)) throw refused(`it takes numbers by name: ${shown(metrics)}`, EXAMPLE);
  const names = keys(metrics);
  for (const name of names) {
    if (typeof metrics[name] !== "number")
      throw refused(`${shown(name)} is not a number: ${shown(metrics[name])}`, hintFor(name, metrics[name]));
    if (name === "" || name.length > MAX_NAME_CHARS)
      throw refused(`a name has 1 to ${MAX_NAME_CHARS} characters: ${shown(name)}`, EXAMPLE);
  }
  return names;
}

/** @throws MillraceError `MILLRACE_METRIC` */
export function checkedStep(options: LogStep): number | undefined {
  if (!isRecord(options)) throw refused(`its second argument is not { step }: ${shown(options)}`, EXAMPLE);
  for (const key of keys(options)) {
    if (key === "step") continue;
    const meant = nearest(key, ["step"]);
    throw refused(`it has no option ${shown(key)}`, meant === null ? EXAMPLE : `did you mean ${meant}?`);
  }
  const { step } = options as LogStep;
  if (step === undefined || (Number.isSafeInteger(step) && step >= 0)) return step;
  throw refused(`a step is a whole number from 0 on: ${shown(step)}`, "leave step out to count 0, 1, 2, …");
}

export function tooManyNames(name: string, most: number): MillraceError {
  return refused(
    `the attempt has ${most} metrics already: ${shown(name)}`,
    "the step is the place in a series, not a part of its name: current.log({ loss }, { step: epoch })",
  );
}

function hintFor(name: string, value: unknown): string {
  if (typeof value === "bigint" || typeof value === "boolean" || (typeof value === "string" && value.trim() !== ""))
    return `convert it: Number(${name})`;
  return isRecord(value) ? `name each of its numbers, as in "${name}/mean"` : EXAMPLE;
}

function refused(why: string, hint: string): MillraceError {
  return new MillraceError({ code: "MILLRACE_METRIC", headline: `Cannot log metrics because ${why}`, hint });
}

const SHOWN_CHARS = 60;

function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : described(value);
  return visibleLine(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);
}

function described(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
