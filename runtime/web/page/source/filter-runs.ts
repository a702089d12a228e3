import type { RunRow, RunsAnswer } from "../../api/shapes.ts";
import type { PageQuery } from "../address/addresses.ts";

/** The runs of an export that a query asks for; a server filters by itself. */
export function filterRuns(answer: RunsAnswer, query: PageQuery): RunsAnswer {
  return { ...answer, runs: answer.runs.filter((run) => isAskedFor(run, query)), next: null };
}

function isAskedFor(run: RunRow, query: PageQuery): boolean {
  const tests: Readonly<Record<string, (wanted: string) => boolean>> = {
    flow: (wanted) => run.flow === wanted,
    status: (wanted) => run.status === wanted,
    tag: (wanted) => run.tags.includes(wanted),
    user: (wanted) => run.user === wanted,
    parameter: (wanted) => hasParameter(run, wanted),
    since: (wanted) => run.startedAt >= Date.parse(wanted),
    until: (wanted) => run.startedAt <= Date.parse(wanted),
    text: (wanted) => textOf(run).includes(wanted.toLowerCase()),
  };
  return Object.entries(tests).every(([name, test]) => {
    const wanted = query[name];
    const all = typeof wanted === "string" ? [wanted] : (wanted ?? []);
    return all.every((one) => one === "" || test(one));
  });
}

function hasParameter({ parameters }: RunRow, wanted: string): boolean {
  const at = wanted.indexOf("=");
  const name = at < 0 ? wanted : wanted.slice(0, at);
  if (!Object.hasOwn(parameters, name)) return false;
  return at < 0 || shown(parameters[name]) === wanted.slice(at + 1);
}

function textOf({ flow, id, user, tags, parameters }: RunRow): string {
  return [flow, id, user, ...tags, ...Object.entries(parameters).map(([name, value]) => `${name}=${shown(value)}`)]
    .join(" ")
    .toLowerCase();
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
