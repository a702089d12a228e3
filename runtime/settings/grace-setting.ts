import { durationOption } from "../../sdk/decorators/reader.ts";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

/** From the moment in which a run's tasks are asked to stop until they are killed. */
export const DEFAULT_GRACE_MS = 6_000;

const DURATION = durationOption();

/** A grace as it is written: `"30s"`, or a number of seconds. Null for what is none. */
export function graceMsIn(given: string | number): number | null {
  return DURATION.read(typeof given === "string" ? DURATION.parse(given) : given) ?? null;
}

/** @throws MillraceError `MILLRACE_SETTINGS` for a setting that is not a duration */
export function graceSetting(given: string | null): number {
  if (given === null) return DEFAULT_GRACE_MS;
  const ms = graceMsIn(given);
  if (ms !== null) return ms;
  throw new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot use the setting grace because it must be ${DURATION.expects}: ${given}`,
    hint: 'write MILLRACE_GRACE=30s, or "grace": "30s" in millrace.config.json',
  });
}
