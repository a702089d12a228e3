import type { ErrorRecord } from "../../datastore/records.ts";
import { outOfMemory } from "../../task/out-of-memory.ts";
import type { OomKills } from "../local/oom-kills.ts";
import type { ProcessExit } from "../local/process-exit.ts";

/** What the end of the task's process means in a container of that size; null where nothing more is known. */
export function explainedExit(
  { code, signal }: ProcessExit,
  { heapMb, memoryMb, kills }: { heapMb: number; memoryMb: number; kills: OomKills },
): ErrorRecord | null {
  const hint = "ask for more with memory, in MB, in the engine's decorator or @resources";
  if (signal === "SIGKILL" && kills.happened())
    return outOfMemory(`its container ran out of memory, ${memoryMb} MB: ${hint}`);
  if (signal === "SIGABRT" || code === 134)
    return outOfMemory(
      `V8 gave up, as it does when its heap is full: ${heapMb} MB, three quarters of the step's ${memoryMb} MB: ${hint}. Native code that aborts ends the same way: see its output`,
    );
  return null;
}
