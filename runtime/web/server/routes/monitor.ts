import { monitorModel } from "../../../monitoring/monitor-model.ts";
import { reportRows } from "../../../monitoring/report-rows.ts";
import { spanMs } from "../../../monitoring/span-ms.ts";
import type { MonitorAnswer } from "../../api/model-shapes.ts";
import { MONITOR_WINDOWS } from "../../api/monitor-windows.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { oneIn } from "../query.ts";

const FALSE_ALARMS = 0.01;

export const monitorRoute: ApiRoute = {
  method: "GET",
  path: "/api/models/:model/monitor",
  answer({ served: { store }, params: { model = "" }, query }) {
    const to = Date.now();
    const window = { from: to - spanMs(oneIn(query, "window", MONITOR_WINDOWS) ?? "1d"), to };
    const time = { window, against: "training", hasAccuracy: true } as const;
    const [report] = monitorModel(store, { reference: model, falseAlarms: FALSE_ALARMS, times: [time] });
    const value: MonitorAnswer = {
      ...reportRows(report, { isPublished: false, told: null }),
      isAlarm: report.drift.isAlarm,
    };
    return json(value);
  },
};
