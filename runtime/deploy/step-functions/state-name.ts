import { createHash } from "node:crypto";

const LONGEST = 80;

/** Names of states: those of a step begin with its name, and no two are the same. */
export function stateName(step: string, part = ""): string {
  const name = part === "" ? step : `${step}: ${part}`;
  if (name.length <= LONGEST) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, LONGEST - hash.length - 1)} ${hash}`;
}
