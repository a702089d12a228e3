import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { GeneratedFlow } from "../flow/generated-flow.ts";

/** `step@path` of the tasks that a run brought to their end itself, whether or not its journal could say so. */
export function committedTasks(
  { datastore, className }: Pick<GeneratedFlow, "datastore" | "className">,
  run: string,
): string[] {
  const record = openDatastore(datastore).record(className, run);
  const done = new Set(
    [...record.committed()].flatMap(({ result }) => (result.status === "succeeded" ? [result.task] : [])),
  );
  return [...record.events()].flatMap((event) =>
    event.type === "task-started" && done.has(event.task) ? [`${event.step}@${event.path}`] : [],
  );
}
