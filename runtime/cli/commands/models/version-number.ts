import { InvalidArgumentError } from "commander";

const NUMBER = /^[1-9]\d{0,14}$/;

/** Reads the number of a version. */
export function versionNumber(text: string): number {
  if (NUMBER.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes the number of a version.");
}

/** The same, or `none`: commander takes null for an option without a value. */
export function versionOrNone(text: string): number | "none" {
  if (text === "none") return text;
  if (NUMBER.test(text)) return Number(text);
  throw new InvalidArgumentError("It takes the number of a version, or none for an alias that is not set.");
}
