import fs from "node:fs";
import path from "node:path";
import { openDatastore } from "../../runtime/datastore/datastore.ts";

/** The time of a task beyond the first of its job, in jobs that took several: the median over them, in milliseconds. */
export function furtherTaskMs(datastore: string): number {
  const store = openDatastore(datastore);
  const [flow = ""] = store.flows();
  const [run = ""] = store.runs(flow);
  const record = store.record(flow, run);
  const endedAt = new Map<number, number>();
  for (const event of record.events())
    if (event.type === "task-succeeded") endedAt.set(event.task, record.resultAt(event.result).finishedAt);
  const jobs = path.join(datastore, "flows", flow, run, "jobs");
  const means = fs.readdirSync(jobs).flatMap((group) => {
    const lines = fs
      .readFileSync(path.join(jobs, group, "told-0.jsonl"), "utf8")
      .trim()
      .split("\n");
    const told = lines.map((line) => JSON.parse(line) as { type: string; task: number });
    const times = told.flatMap(({ type, task }) => (type === "ended" ? [endedAt.get(task) ?? NaN] : []));
    const [first = NaN, last = NaN] = [times[0], times.at(-1)];
    return times.length < 10 ? [] : [(last - first) / (times.length - 1)];
  });
  return means.sort((one, other) => one - other)[means.length >> 1] ?? NaN;
}
