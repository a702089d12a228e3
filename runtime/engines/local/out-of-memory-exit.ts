import type { ErrorRecord } from "../../datastore/records.ts";
import { outOfMemory } from "../../task/out-of-memory.ts";
import { OomKills } from "./oom-kills.ts";
import type { ProcessExit } from "./process-exit.ts";

export interface LastWords {
  /** True if V8 said that its heap is full. */
  readonly isHeapFull: boolean;
}

/** What V8 writes before it gives up. */
export const HEAP_FULL = "heap out of memory";

/**
 * Says of a process of this machine that ended whether memory was why, where something shows it: the kernel counted a kill
 * for want of memory, or V8 said that its heap is full. Null where nothing does.
 */
export function outOfMemoryExit(
  kills = new OomKills(),
): (exit: ProcessExit, lastWords: LastWords) => ErrorRecord | null {
  return ({ code, signal }, { isHeapFull }) => {
    if (isHeapFull && (signal !== null || code === 134))
      return outOfMemory(
        `its process was ended by ${signal ?? "SIGABRT"}: V8's heap was full. NODE_OPTIONS=--max-old-space-size=8192 gives it 8 GB`,
      );
    if (signal === "SIGKILL" && kills.happened())
      return outOfMemory(
        "its process was ended by SIGKILL: memory ran out, and the system killed it. Ask with @resources for what it takes, so that less runs beside it",
      );
    return null;
  };
}
