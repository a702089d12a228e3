import type { ApiRoute } from "../api-route.ts";
import { runAsked } from "../task-asked.ts";

export const columnsRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/columns",
  answer: (asked) => ({ kind: "bytes", bytes: runAsked(asked).columns() }),
};
