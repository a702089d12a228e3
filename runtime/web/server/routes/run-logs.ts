import { type ApiRoute, json } from "../api-route.ts";
import { textIn } from "../query.ts";
import { runAsked } from "../task-asked.ts";

export const runLogsRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/logs",
  answer: (asked) => json(asked.served.runLog.read(runAsked(asked).now(), textIn(asked.query, "offset"))),
};
