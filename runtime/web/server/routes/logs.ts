import type { LogsAnswer } from "../../api/shapes.ts";
import type { StoredLogLine } from "../../../datastore/stored-log-line.ts";
import { type ApiRoute, json } from "../api-route.ts";
import { LogPage } from "../log-page.ts";
import { numberIn, oneIn } from "../query.ts";
import { sourcesAsked } from "../task-asked.ts";

const STREAMS = ["stdout", "stderr", "both"] as const;

export const logsRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs/:flow/:run/:step/:task/logs",
  answer(asked) {
    const { query, served } = asked;
    const { sources, task } = sourcesAsked(asked);
    const line = numberIn(query, "offset", { otherwise: 0, max: Number.MAX_SAFE_INTEGER });
    const page = new LogPage(oneIn(query, "stream", STREAMS) ?? "both");
    // An attempt that only concluded the one before it, for `@catchError`, has no output: then that one's is shown.
    const source = sources.find((one) => served.logs.has(one)) ?? sources[0];
    const isOver = task.attempts.every(({ attempt, status }) => attempt !== source?.attempt || status !== "running");
    const isAll = source === undefined || fill(page, served.logs.from(source, line));
    const next = isAll && isOver && task.status !== "pending" ? null : String(line + page.taken);
    const value: LogsAnswer = { lines: page.lines, next };
    return json(value);
  },
};

/** True if the lines came to their end. */
function fill(page: LogPage, lines: Iterable<StoredLogLine>): boolean {
  for (const line of lines) {
    page.add(line);
    if (page.isFull) return false;
  }
  return true;
}
