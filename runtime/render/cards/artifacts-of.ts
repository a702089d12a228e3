import type { ArtifactTable } from "../../datastore/records.ts";
import type { CardSource } from "./card-source.ts";

/** What the task was given and what it left, by name; of one that has not ended only the former. */
export function artifactsOf({ store, run, task }: CardSource): ArtifactTable {
  const given = { ...run.document.configs, ...run.parameters };
  return task.result === null
    ? given
    : { ...given, ...store.record(run.flow, run.run).resultAt(task.result).artifacts };
}
