import { expect, test } from "vitest";
import { dagFile } from "../../../runtime/deploy/airflow/dag-file.ts";
import { graphOf } from "../graph-of.ts";
import { planOf } from "../plan-of.ts";

const GRAPH = graphOf("this.end", "");
const HOURLY = { cron: "0 * * * *", timezone: "UTC", catchUp: "all" } as const;

test.each(["skip", "queue", "allow"] as const)(
  "with overlap %s a first task can pass over what Airflow makes up for after a pause",
  (overlap) => {
    const triggers = { schedules: [{ ...HOURLY, overlap }], events: [], finishes: [] };
    const file = dagFile(planOf(GRAPH, { target: "airflow", version: { triggers } }));
    expect(file).toMatch(/^PAUSES = \[\]$/m);
    const [called] = [...file.matchAll(/^ {4}(begin_\w+)\(\)$/gm)].map(([, name]) => name);
    const callable = /python_callable=(\w+)/.exec(file.slice(file.indexOf(`def ${called}():`)))?.[1];
    const body = file.slice(file.indexOf(`def ${callable}(`)).split("\n\n\n", 1)[0];
    expect(callable === "skip_pause" || body?.includes("    skip_pause(dag_run)\n")).toBe(true);
  },
);

test("a task waits for its job on AWS Batch however long that is in its queue", () => {
  const env = { MILLRACE_BATCH_QUEUE: "jobs", AWS_REGION: "us-east-1" };
  const file = dagFile(planOf(GRAPH, { target: "airflow", engine: "batch", datastore: "s3://bucket/store", env }));
  // Airflow's own default gives up after 4,200 looks.
  expect(file).toContain("        max_retries=10**9,\n");
});
