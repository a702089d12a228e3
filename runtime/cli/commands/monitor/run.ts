import { writeFileSync } from "node:fs";
import path from "node:path";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { monitorModel } from "../../../monitoring/monitor-model.ts";
import type { MonitorReport } from "../../../monitoring/monitor-report.ts";
import type { TimeWindow } from "../../../monitoring/read-requests.ts";
import { spanMs } from "../../../monitoring/span-ms.ts";
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
  const againstMs = flags.against === "training" ? null : spanMs(flags.against);
  const timeOf = (window: TimeWindow) => ({ window, against: againstOf(window, againstMs) });
  const shownTime = { ...timeOf({ from: now - span, to: now }), hasAccuracy: true };
  const toldTimes = flags.publish ? [{ ...timeOf(lastWholeWindow(now, span)), hasAccuracy: false }] : [];
  const of = { reference: model, falseAlarms: flags.falseAlarms };
  const [report, whole] = monitorModel(store, { ...of, times: [shownTime, ...toldTimes] });
  const told = whole === undefined ? null : toldOf(whole, { store, username: context.settings.username });
  const alarm = { isPublished: flags.publish, told };
  if (output.isJson) output.json({ ...report, told });
  else output.print(monitorText(report, { alarm, colors: output.colors }));
  if (report.drift.isAlarm || report.unread.length > 0) process.exitCode = 1;
  // Last: the report is shown also where the file cannot be written.
  if (flags.card !== undefined) writeCard(path.resolve(context.cwd, flags.card), { report, alarm });
}

function againstOf({ from }: TimeWindow, spanOf: number | null): "training" | TimeWindow {
  return spanOf === null ? "training" : { from: from - spanOf, to: from };
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
