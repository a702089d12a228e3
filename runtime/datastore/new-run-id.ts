import { randomInt } from "node:crypto";

/** Without letters and digits that look alike. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** An id that sorts by start time, to the millisecond in UTC, and does not collide: `20260314-092653589-x7k2p`. */
export function newRunId(now: number): string {
  const [date = "", time = ""] = new Date(now)
    .toISOString()
    .replace(/[-:.Z]/g, "")
    .split("T");
  const suffix = Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return `${date}-${time}-${suffix}`;
}
