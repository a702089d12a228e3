import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { ZoneClock } from "./zone-clock.ts";

const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/** A point in time as a person writes it: what names no offset is meant by the clock of each schedule. */
export type WrittenInstant = (timezone: string) => number;

/**
 * Reads `2026-03-01`, `2026-03-01T06:00` or `2026-03-01T06:00Z`.
 * @throws MillraceError `MILLRACE_USAGE` that names the option
 */
export function readInstant(text: string, option: string): WrittenInstant {
  const [, day = "", clock = "00:00", offset] = FORM.exec(text.trim()) ?? [];
  const wall = Date.parse(`${day}T${clock}Z`);
  // 31 February would be taken for a day in March.
  if (Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(day)) throw unreadable(text, option);
  if (offset !== undefined) {
    const instant = Date.parse(`${day}T${clock}${offset.replace(/(\d\d)(\d\d)$/, "$1:$2")}`);
    if (Number.isNaN(instant)) throw unreadable(text, option);
    return () => instant;
  }
  return (timezone) => {
    const zone = new ZoneClock(timezone);
    return zone.instantsOf(wall)[0] ?? zone.jumpOver(wall);
  };
}

function unreadable(text: string, option: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot use ${option} because it is not a date or a time: ${JSON.stringify(text.slice(0, 60))}`,
    hint: "write 2026-03-01, 2026-03-01T06:00 by the clock of the schedule, or 2026-03-01T06:00Z",
  });
}
