import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { readRun } from "../../runtime/datastore/reader/read-run.ts";
import type { GeneratedFlow } from "./flow/generated-flow.ts";

/** The hash of every artifact that a run's tasks left, by `step@path` and name. */
export function hashesOf(
  { datastore, className: flow }: Pick<GeneratedFlow, "datastore" | "className">,
  run: string,
): Record<string, Record<string, string>> {
  const store = openDatastore(datastore);
  const record = store.record(flow, run);
  const entries = readRun(store, { flow, run }).tasks.map(({ step, path, result }) => {
    const table = result === null ? {} : record.resultAt(result).artifacts;
    return [`${step}@${path}`, Object.fromEntries(Object.entries(table).map(([name, { hash }]) => [name, hash]))];
  });
  return Object.fromEntries(entries) as Record<string, Record<string, string>>;
}
