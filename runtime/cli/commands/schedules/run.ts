import type { Colors } from "picocolors/types.js";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import {
  type InstantStatus,
  type ReportedInstant,
  scheduleReport,
  simulatedInstants,
} from "../../../deploy/schedule-report.ts";
import { readInstant } from "../../../deploy/triggers/read-instant.ts";
import { zonedText } from "../../../deploy/triggers/zoned-text.ts";
import { durationText } from "../../../text/duration-text.ts";
import type { StoreContext } from "../../cli-context.ts";
import { counted } from "../../../text/counted.ts";
import { tableText } from "../../show/table-text.ts";
import { scheduleText } from "../../show/trigger-lines.ts";
import type { SchedulesFlags } from "./flags.ts";

export interface ShowSchedulesOptions extends SchedulesFlags {
  /** Null for all deployments. */
  readonly name: string | null;
}

export function showSchedules(context: StoreContext, options: ShowSchedulesOptions): void {
  const { name, next, simulate } = options;
  const output = context.output(options);
  const span = simulate === undefined ? null : spanOf(simulate);
  const store = context.datastore(options);
  const now = Date.now();
  if (span !== null) {
    const instants = simulatedInstants(store, { name, ...span });
    if (output.isJson) return output.json({ instants: instants.map(instantJson) });
    if (instants.length === 0) return output.note("nothing fires in that time");
    return output.print(instantsTable(instants, { colors: output.colors, now: null }));
  }
  const { schedulers, instants, isTrouble } = scheduleReport(store, { name, next, now });
  if (isTrouble) process.exitCode = 1;
  if (output.isJson)
    return output.json({
      schedulers: schedulers.map(({ format: _, ...scheduler }) => scheduler),
      instants: instants.map(instantJson),
    });
  if (instants.length > 0) output.print(instantsTable(instants, { colors: output.colors, now }));
  else output.note(`no schedule ${name === null ? `in ${store.storage.location}` : `of ${name}`}`);
  output.note(
    schedulers.length > 0
      ? `${counted(schedulers.length, "scheduler")} alive: ${schedulers.map(({ host, pid }) => `${host} (${pid})`).join(", ")}`
      : "no scheduler is alive: millrace scheduler starts one",
  );
}

function spanOf(words: readonly string[]): Pick<Parameters<typeof simulatedInstants>[1], "from" | "to"> {
  const [from, to, ...others] = words;
  if (from === undefined || to === undefined || others.length > 0)
    throw new MillraceError({
      code: "MILLRACE_USAGE",
      headline: `Cannot use --simulate because it takes two times: ${words.join(" ")}`,
      hint: "write --simulate 2026-03-28 2026-03-30",
    });
  return { from: readInstant(from, "--simulate"), to: readInstant(to, "--simulate") };
}

function instantJson({ deployment, target, rule, instant, status }: ReportedInstant): object {
  const { cron, timezone } = rule;
  const at = new Date(instant).toISOString();
  return { deployment, target, instant: at, local: zonedText(instant, timezone), cron, timezone, status };
}

/** @param now - null where it is not told how long it takes until then */
function instantsTable(
  instants: readonly ReportedInstant[],
  { colors, now }: { readonly colors: Colors; readonly now: number | null },
): string {
  return tableText({
    header: ["DEPLOYMENT", "WHEN", "", "STATUS", "SCHEDULE", "TARGET"],
    styleHeader: colors.dim,
    rows: instants.map(({ deployment, target, rule, instant, status }) => [
      deployment,
      zonedText(instant, rule.timezone),
      now === null ? "" : colors.dim(fromNow(instant - now)),
      painted(status, colors),
      scheduleText(rule),
      target,
    ]),
  });
}

function fromNow(ms: number): string {
  return ms < 0 ? `${durationText(-ms)} ago` : `in ${durationText(ms)}`;
}

function painted(status: InstantStatus, colors: Colors): string {
  if (status === "late" || status === "dead") return colors.red(status);
  return status === "due" ? status : colors.yellow(status);
}
