import { listAt, numberAt, textAt } from "./json-at.ts";

/** What a Job tells of indexes whose pods are not seen. */
export interface JobFacts {
  readonly uid: string;
  readonly active: number;
  readonly succeeded: ReadonlySet<number>;
  readonly failed: ReadonlySet<number>;
  /** Why it has failed as a whole; null where it has not. */
  readonly failure: string | null;
}

export function jobFacts(job: unknown): JobFacts {
  const failed = listAt(job, "status", "conditions").find(
    (condition) => textAt(condition, "type") === "Failed" && textAt(condition, "status") === "True",
  );
  return {
    uid: textAt(job, "metadata", "uid") ?? "",
    active: numberAt(job, "status", "active") ?? 0,
    succeeded: indexesIn(textAt(job, "status", "completedIndexes")),
    failed: indexesIn(textAt(job, "status", "failedIndexes")),
    failure: failed === undefined ? null : (textAt(failed, "message") ?? textAt(failed, "reason") ?? "it failed"),
  };
}

/** `0,2,5-9`. */
function indexesIn(text: string | null): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",")) {
    const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === undefined) continue;
    for (let index = Number(from); index <= Number(to ?? from); index += 1) indexes.add(index);
  }
  return indexes;
}
