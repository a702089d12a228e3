import type { Colors } from "picocolors/types.js";
import type { MonitorReport } from "../../../monitoring/monitor-report.ts";
import { type AlarmFate, reportRows } from "../../../monitoring/report-rows.ts";
import { tableText } from "../../show/table-text.ts";

const NUMBERS = { traffic: [1, 2, 3, 4, 5, 6, 7], drift: [3, 4, 5] };

/** A report for the terminal: how right the model was first, then what it was asked, then what changed. */
export function monitorText(
  report: MonitorReport,
  { alarm, colors }: { readonly alarm: AlarmFate; readonly colors: Colors },
): string {
  const { title, verdict, accuracy, traffic, drift, notes } = reportRows(report, alarm);
  const paint = report.drift.isAlarm ? colors.red : String;
  const shown = (table: typeof traffic, right: readonly number[]) =>
    table.rows.length === 0 ? [] : ["", tableText({ ...table, right, styleHeader: colors.dim })];
  return [
    title,
    paint(verdict),
    "",
    tableText({ header: ["", ""], rows: accuracy }).replace(/^\s*\n/, ""),
    ...shown(traffic, NUMBERS.traffic),
    ...shown(drift, NUMBERS.drift),
    "",
    ...notes,
  ].join("\n");
}
