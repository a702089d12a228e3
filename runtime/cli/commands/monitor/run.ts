import { writeFileSync } from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { type MonitorReport, monitorModel, spanMs } from "../../../monitoring/monitor-model.ts";
import type { TimeWindow } from "../../../monitoring/read-requests.ts";
import type { AlarmFate } from "../../../monitoring/report-rows.ts";
import { lastWholeWindow, tellDrift, type ToldDrift } from "../../../monitoring/tell-drift.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { MonitorFlags } from "./flags.ts";
import { monitorCard } from "./monitor-card.ts";
import { monitorText } from "./text.ts";

/** `monitor MODEL` */
export function showMonitor(context: StoreContext, model: string, flags: MonitorFlags): void {
  const output = context.output(flags);
  const store = context.datastore(flags);
  const now = Date.now();
  const span = spanMs(flags.window);
  const report = reportOf(model, { flags, store, window: { from: now - span, to: now } });
  const { username } = context.settings;
  const told = flags.publish
    ? toldOf(reportOf(model, { flags, store, window: lastWholeWindow(now, span) }), { store, username })
    : null;
  const alarm = { isPublished: flags.publish, told };
  if (flags.card !== undefined) writeCard(path.resolve(context.cwd, flags.card), { report, alarm });
  if (output.isJson) output.json({ ...report, told });
  else output.print(monitorText(report, { alarm, colors: output.colors }));
  if (report.drift.isAlarm) process.exitCode = 1;
}

function reportOf(
  reference: string,
  { flags, store, window }: { readonly flags: MonitorFlags; readonly store: Datastore; readonly window: TimeWindow },
): MonitorReport {
  const against =
    flags.against === "training" ? "training" : { from: window.from - spanMs(flags.against), to: window.from };
  return monitorModel(store, { reference, window, against, falseAlarms: flags.falseAlarms });
}

function toldOf(report: MonitorReport, of: { readonly store: Datastore; readonly username: string }): ToldDrift | null {
  return report.drift.isAlarm ? tellDrift(of.store, { report, username: of.username }) : null;
}

function writeCard(file: string, of: { readonly report: MonitorReport; readonly alarm: AlarmFate }): void {
  try {
    writeFileSync(file, monitorCard(of.report, of.alarm));
  } catch (error) {
    throw new MillraceError({
      code: "MILLRACE_FILE",
      headline: `Cannot write the card because the file cannot be written: ${messageOf(error)}`,
      hint: "name a file in a folder that exists and that you may write to",
    });
  }
}
