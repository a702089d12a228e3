import type { ResultLocator } from "../../datastore/records.ts";
import type { DoneTask, TaskEvents } from "../../datastore/task-events.ts";

export interface ArrivedOptions {
  readonly split: DoneTask;
  readonly join: string;
  readonly size: number;
}

/** Records that are read together where each is a request. */
const READ_AHEAD = 256;

/** What the children of a split have left for its join, in order; null while one of them is not done. */
export function arrivedResults(events: TaskEvents, { split, join, size }: ArrivedOptions): ResultLocator[] | null {
  if (size === 0) return [];
  const lastKeys = lastDoneKeys(events, split.start.path, size);
  if (lastKeys === null) return null;
  const results: ResultLocator[] = [];
  for (let index = 0; index < size; index += 1) {
    if (index % READ_AHEAD === 0) events.ahead(lastKeys.slice(index, index + READ_AHEAD));
    const end = events.read(lastKeys[index] ?? "")?.end;
    if (end?.type !== "task-succeeded") return null;
    const { next, result } = end;
    if ((next.kind !== "linear" && next.kind !== "switch") || next.target !== join) return null;
    results.push(result);
  }
  return results;
}

/** By child the key of the last task that is done in it; null where one of them has none. */
function lastDoneKeys(events: TaskEvents, split: string, size: number): readonly string[] | null {
  const found = new Map<number, { key: string; hop: number }>();
  for (const { key, path, kind } of events.inChildren(split)) {
    if (kind !== "done") continue;
    const [index = 0, hop = 0] = path
      .slice(split.length + 1)
      .split(".")
      .map(Number);
    if (index < size && (found.get(index)?.hop ?? -1) < hop) found.set(index, { key, hop });
  }
  // A damaged record may claim any size: never allocate by it.
  return found.size < size ? null : Array.from({ length: size }, (_, index) => found.get(index)?.key ?? "");
}
