import fs from "node:fs";
import { identityOf } from "../datastore/local/identity-of.ts";
import type { TaskUsage } from "../datastore/run-event.ts";

/** Has Linux count the peak of a process's memory anew. */
const RESET_PEAK = "5";

/**
 * Measures what tasks use of this process, one after another, in a few microseconds: the first function that this gives
 * begins a measurement, the one that it returns ends it. Where the system cannot count the peak anew for each task, a
 * task has the highest of the process until then.
 */
export function usageWatch(): () => () => TaskUsage {
  // Kept from before the flow is loaded, whose code may replace them.
  const write = fs.writeSync;
  const usage = process.resourceUsage.bind(process);
  const peaks = openPeaks();
  const cpuMs = () => {
    const { userCPUTime, systemCPUTime } = usage();
    return (userCPUTime + systemCPUTime) / 1000;
  };
  const identity = peaks === null ? null : identityOf(peaks);
  const reset = () => {
    // A step may have closed it, and opened a file of its own that took the number.
    if (peaks !== null && identityOf(peaks) === identity) write(peaks, RESET_PEAK);
  };
  return () => {
    reset();
    const before = cpuMs();
    return () => ({ cpuMs: Math.max(Math.round(cpuMs() - before), 0), peakMemory: usage().maxRSS * 1024 });
  };
}

/** Null where there is no such thing. */
function openPeaks(): number | null {
  try {
    return fs.openSync("/proc/self/clear_refs", "w");
  } catch {
    return null;
  }
}
