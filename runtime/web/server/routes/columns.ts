import { encodeColumns } from "../../api/task-columns.ts";
import type { ApiRoute } from "../api-route.ts";
import { runAsked } from "../task-asked.ts";

export const columnsRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/columns",
  answer: (asked) => ({ kind: "bytes", bytes: encodeColumns(runAsked(asked).columns()) }),
};
