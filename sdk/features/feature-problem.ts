import type { MillraceError } from "../base/millrace-error.ts";
import { durationOption } from "../decorators/reader.ts";
import { featureError } from "../../runtime/catalog/features/feature-error.ts";

const NAME = /^[A-Za-z_]\w{0,99}$/u;

/** For a definition that cannot be. */
export function featureProblem(headline: string, hint?: string): MillraceError {
  return featureError(headline, hint === undefined ? {} : { hint });
}

/** @param what - `entity`, `feature view` … */
export function checkName(what: string, name: unknown): void {
  if (typeof name === "string" && NAME.test(name) && name !== "__proto__") return;
  throw featureProblem(
    `${JSON.stringify(name) ?? String(name)} cannot be the name of a${/^[aeiou]/u.test(what) ? "n" : ""} ${what}`,
    "a letter or _, then letters, digits and _; at most 100",
  );
}

/** In milliseconds; null for none given. */
export function windowMs(what: string, duration: unknown): number | null {
  if (duration === undefined) return null;
  const reader = durationOption();
  const ms = reader.read(duration);
  if (ms !== undefined && ms > 0) return ms;
  throw featureProblem(
    `${what} cannot be ${JSON.stringify(duration) ?? typeof duration}`,
    'wanted: "7d", "36h", "15m", or a number of seconds above 0',
  );
}
