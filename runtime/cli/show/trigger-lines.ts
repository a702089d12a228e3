import type { EventRule, ScheduleRule, Triggers } from "../../datastore/kinds/deployment.ts";
import { nextInstants } from "../../deploy/triggers/next-instants.ts";
import { zonedText } from "../../deploy/triggers/zoned-text.ts";

/** What starts runs of a deployment, a line each. @param now - schedules are shown with what they fire next; null for none */
export function triggerLines({ schedules, events, finishes }: Triggers, now: number | null): string[] {
  const lines = [
    ...schedules.map((rule) => `at ${scheduleText(rule)}${now === null ? "" : nextText(rule, now)}`),
    ...events.map((rule) => `on ${eventText(rule)}`),
    ...finishes.map(({ flow }) => `after ${flow}`),
  ];
  return lines.length === 0 ? ["by hand alone: nothing triggers it"] : lines;
}

/** `0 6 * * * Europe/Berlin`, with what is not the default. */
export function scheduleText({ cron, timezone, catchUp, overlap }: ScheduleRule): string {
  const others = [
    ...(catchUp === "last" ? [] : [`catch up ${catchUp}`]),
    ...(overlap === "skip" ? [] : [`overlap ${overlap}`]),
  ];
  return [`${cron} ${timezone}`, ...others].join(", ");
}

function nextText(rule: ScheduleRule, now: number): string {
  const [next] = nextInstants(rule, now, 1);
  return next === undefined ? "" : `, next ${zonedText(next, rule.timezone)}`;
}

function eventText({ events, parameters, policy }: EventRule): string {
  const given = Object.entries(parameters).map(([field, parameter]) =>
    field === parameter ? field : `${field} as ${parameter}`,
  );
  const takes = given.length === 0 ? "" : `, takes ${given.join(", ")}`;
  return `${events.join(" and ")}${takes}${policy === "each" ? "" : ", in batches"}`;
}
