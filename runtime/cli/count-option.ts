import { InvalidArgumentError } from "commander";

/** For an option that takes how many there may be, at least one. */
export function countOption(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("It must be a whole number, 1 or more.");
}
