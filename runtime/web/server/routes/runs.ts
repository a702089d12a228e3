import type { RunStatus } from "../../../datastore/reader/run-summary.ts";
import type { RunRow } from "../../api/shapes.ts";
import { numberIn, oneIn, textIn, timeIn } from "../query.ts";
import { type Asked, json, type ApiRoute } from "../api-route.ts";

const STATUSES: readonly RunStatus[] = ["pending", "running", "succeeded", "failed", "stale"];

export const runsRoute: ApiRoute = {
  method: "GET",
  path: "/api/runs",
  answer({ served, query }) {
    const page = served.list.page({
      flow: textIn(query, "flow"),
      limit: Math.max(numberIn(query, "limit", { otherwise: 100, max: 1000 }), 1),
      after: textIn(query, "after"),
      isWanted: filterOf(query),
    });
    return json(page);
  },
};

function filterOf(query: Asked["query"]): (row: RunRow) => boolean {
  const status = oneIn(query, "status", STATUSES);
  const [user, text] = [textIn(query, "user"), textIn(query, "text")?.toLowerCase() ?? null];
  const [since, until] = [timeIn(query, "since"), timeIn(query, "until")];
  const tags = query.getAll("tag").filter((tag) => tag !== "");
  const parameters = query.getAll("parameter").filter((one) => one !== "");
  return (row) =>
    (status === null || row.status === status) &&
    (user === null || row.user === user) &&
    (since === null || row.startedAt >= since) &&
    (until === null || row.startedAt <= until) &&
    tags.every((tag) => row.tags.includes(tag)) &&
    parameters.every((one) => hasParameter(row, one)) &&
    (text === null || textsOf(row).some((one) => one.toLowerCase().includes(text)));
}

/** `epochs=10`, or `epochs` alone for whatever value. */
function hasParameter({ parameters }: RunRow, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const name = at < 0 ? wanted : wanted.slice(0, at);
  if (!Object.hasOwn(parameters, name)) return false;
  return at < 0 || valueText(parameters[name]) === wanted.slice(at + 1);
}

function textsOf({ flow, id, user, tags, parameters }: RunRow): string[] {
  return [flow, id, user, ...tags, ...Object.entries(parameters).map(([name, value]) => `${name}=${valueText(value)}`)];
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
