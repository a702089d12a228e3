import { InvalidArgumentError } from "commander";

/** For an option that takes a port; 0 is any that is free. */
export function portOption(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new InvalidArgumentError("It must be a whole number from 0 to 65535.");
}
