import fs from "node:fs";
import { identityOf } from "../datastore/local/identity-of.ts";
import type { TaskUsage } from "../datastore/run-event.ts";
import type { TaskOutcome } from "../task/task-outcome.ts";
import { ProcessFile } from "./process-file.ts";

/** Has Linux count the peak of a process's memory anew. */
const RESET_PEAK = "5";
/** Linux counts the time of processes in hundredths of a second, whatever the machine. */
const TICK_MS = 10;

/** What the system has counted so far, and costs more to ask. */
interface Counts {
  /** Of child processes that have ended. */
  readonly childUserMs: number;
  readonly childSystemMs: number;
  /** Pages of memory that they touched. */
  readonly childPages: number;
  /** Null where the system does not tell. */
  readonly transfer: { readonly readBytes: number; readonly writtenBytes: number } | null;
}

/**
 * Measures what tasks use of this process, one after another, in some twenty microseconds: the first function that this
 * gives begins a measurement, the one that it returns ends it. Where the system cannot count the peak anew for each task,
 * a task has the highest of the process until then.
 */
export function usageWatch(): () => () => Pick<TaskOutcome, "usage" | "childPages"> {
  // Kept from before the flow is loaded, whose code may replace them.
  const write = fs.writeSync;
  const now = performance.now.bind(performance);
  const usage = process.resourceUsage.bind(process);
  const peaks = openPeaks();
  const stat = new ProcessFile("/proc/self/stat");
  const io = new ProcessFile("/proc/self/io");
  const identity = peaks === null ? null : identityOf(peaks);
  const reset = () => {
    // A step may have closed it, and opened a file of its own that took the number.
    if (peaks !== null && identityOf(peaks) === identity) write(peaks, RESET_PEAK);
  };
  // At the end of the task before: next to nothing happens in between, and asking twice would cost twice.
  let before: Counts | null = null;
  return () => {
    reset();
    before ??= { ...childTimes(stat), transfer: transferOf(io) };
    const earlier = before;
    const { userCPUTime, systemCPUTime } = usage();
    const beganAt = now();
    return () => {
      const used = usage();
      // In less than the system counts in, no child came and went.
      const children = now() - beganAt < TICK_MS ? earlier : childTimes(stat);
      const after: Counts = {
        childUserMs: children.childUserMs,
        childSystemMs: children.childSystemMs,
        childPages: children.childPages,
        transfer: transferOf(io),
      };
      before = after;
      const userMs = (used.userCPUTime - userCPUTime) / 1000 + after.childUserMs - earlier.childUserMs;
      const systemMs = (used.systemCPUTime - systemCPUTime) / 1000 + after.childSystemMs - earlier.childSystemMs;
      const whole = (ms: number) => Math.max(Math.round(ms), 0);
      const childPages = Math.max(after.childPages - earlier.childPages, 0);
      const told: TaskUsage = {
        cpuMs: whole(userMs + systemMs),
        systemMs: whole(systemMs),
        peakMemory: used.maxRSS * 1024,
        ...moved(earlier.transfer, after.transfer),
        ...(after.transfer === null ? { lacks: ["system"] } : {}),
      };
      return { usage: told, ...(childPages === 0 ? {} : { childPages }) };
    };
  };
}

function moved(before: Counts["transfer"], after: Counts["transfer"]): Pick<TaskUsage, "readBytes" | "writtenBytes"> {
  if (before === null || after === null) return {};
  return {
    readBytes: Math.max(after.readBytes - before.readBytes, 0),
    writtenBytes: Math.max(after.writtenBytes - before.writtenBytes, 0),
  };
}

/** The name of the program, in parentheses, may hold anything; behind it are a state, and numbers. */
const STAT = /^\d+ \(.*\) \w(?: -?\d+){7} (\d{1,15})(?: -?\d+){4} (\d{1,12}) (\d{1,12}) /s;

function childTimes(stat: ProcessFile): Omit<Counts, "transfer"> {
  const [, pages = "0", user = "0", system = "0"] = STAT.exec(stat.read() ?? "") ?? [];
  return { childUserMs: Number(user) * TICK_MS, childSystemMs: Number(system) * TICK_MS, childPages: Number(pages) };
}

/** By calls, whether a disk, a cache or a pipe answered them. */
function transferOf(io: ProcessFile): Counts["transfer"] {
  const [, read, written] = /^rchar: (\d{1,15})\nwchar: (\d{1,15})\n/.exec(io.read() ?? "") ?? [];
  return read === undefined ? null : { readBytes: Number(read), writtenBytes: Number(written) };
}

/** Null where there is no such thing. */
function openPeaks(): number | null {
  try {
    return fs.openSync("/proc/self/clear_refs", "w");
  } catch {
    return null;
  }
}
