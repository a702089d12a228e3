import { monitorModelInTurns } from "../../../monitoring/monitor-model.ts";
import { reportRows } from "../../../monitoring/report-rows.ts";
import { spanMs } from "../../../monitoring/span-ms.ts";
import { USUAL_FALSE_ALARMS } from "../../../monitoring/usual-false-alarms.ts";
import type { MonitorAnswer } from "../../api/model-shapes.ts";
import { MONITOR_WINDOWS } from "../../api/monitor-windows.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { oneIn } from "../query.ts";

export const monitorRoute: ApiRoute = {
  method: "GET",
  path: "/api/models/:model/monitor",
  async answer({ served: { store }, params: { model = "" }, query, signal }) {
    const to = Date.now();
    const window = { from: to - spanMs(oneIn(query, "window", MONITOR_WINDOWS) ?? "1d"), to };
    const time = { window, against: "training", hasAccuracy: true } as const;
    const of = { reference: model, falseAlarms: USUAL_FALSE_ALARMS, times: [time] } as const;
    const [report] = await monitorModelInTurns(store, { ...of, signal });
    const value: MonitorAnswer = {
      ...reportRows(report, { isPublished: false, told: null }),
      isAlarm: report.drift.isAlarm,
    };
    return json(value);
  },
};
