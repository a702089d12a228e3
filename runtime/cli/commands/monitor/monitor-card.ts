import type { MonitorReport } from "../../../monitoring/monitor-report.ts";
import { type AlarmFate, reportRows } from "../../../monitoring/report-rows.ts";
import { cardFile } from "../../../render/cards/draw-card.ts";
import { DISPLAY_STYLE } from "../../../render/display-style.ts";
import { facts, section } from "../../../render/parts.ts";
import { Html, markup, table } from "../../../render/html.ts";

/** A report as a page of its own, without scripts. */
export function monitorCard(report: MonitorReport, alarm: AlarmFate): string {
  const { title, verdict, accuracy, traffic, drift, notes } = reportRows(report, alarm);
  const body = markup`<div class="millrace">${new Html(`<style>${DISPLAY_STYLE}</style>`)}<h4>${title}</h4>
    <p><b>${verdict}</b></p>
    ${section("How right it was", facts(accuracy))}
    ${section("What it was asked", table(traffic.header, traffic.rows, [1, 2, 3, 4, 5, 6, 7]))}
    ${section("What changed", table(drift.header, drift.rows, [3, 4, 5]))}
    <div class="dim">${notes.join("; ")}</div></div>`;
  return cardFile({ title: `monitor ${report.model}`, html: body.text, hasFrames: false });
}
