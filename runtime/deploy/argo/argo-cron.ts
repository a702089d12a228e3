import { type CronFields, cronFields } from "../../../sdk/base/cron-fields.ts";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";

/** A cron expression as Argo takes it: numbers, no names, and Sunday is 0. */
export function argoCron(cron: string): string {
  const fields = fieldsOf(cron);
  const sets = [fields.minutes, fields.hours, fields.days, fields.months, fields.weekdays];
  return cron
    .split(/\s+/)
    .map((text, at) => (isPlain(text, at) ? text : [...(sets[at] ?? [])].sort((one, other) => one - other).join(",")))
    .join(" ");
}

function isPlain(text: string, at: number): boolean {
  return /^[\d*,/-]+$/.test(text) && (at !== 4 || !text.includes("7"));
}

function fieldsOf(cron: string): CronFields {
  const fields = cronFields(cron);
  if (typeof fields === "string") throw brokenInvariant(`the cron ${cron} of a deployment cannot be read: ${fields}`);
  return fields;
}
