import { InvalidArgumentError } from "commander";

/** Reads `auc=0.91`, added to those before it. */
export function metricGiven(text: string, before?: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const at = text.lastIndexOf("=");
  const name = text.slice(0, Math.max(at, 0));
  if (name === "") throw new InvalidArgumentError("It takes a name and a number, as in auc=0.91.");
  const value = text.slice(at + 1).trim();
  const number = value === "" ? Number.NaN : Number(value);
  if (Number.isNaN(number) && value !== "NaN") throw new InvalidArgumentError(`What follows ${name}= is not a number.`);
  if (before?.has(name) === true) throw new InvalidArgumentError(`The metric ${name} is given twice.`);
  return new Map([...(before ?? []), [name, number]]);
}
