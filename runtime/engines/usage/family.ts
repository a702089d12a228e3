import { childrenOf, peakOf, type ProcessCounts, readProcess } from "./read-process.ts";

/** Of more descendants nothing is read: a look must not cost more than it tells. */
const MAX_MEMBERS = 64;

export interface Descendant {
  readonly counts: ProcessCounts;
  /** The most memory that it has had; 0 for one that ends just now, and has none any more. */
  readonly peak: number;
}

/** A process and what it started, at one moment. */
export interface Family {
  readonly root: ProcessCounts;
  readonly descendants: ReadonlyMap<number, Descendant>;
  /** False where the system does not name the children of a process, or there are too many. */
  readonly isWhole: boolean;
}

/** Null once the process is gone. */
export function readFamily(
  pid: number,
  { pageSize, allThreads }: { pageSize: number; allThreads: boolean },
): Family | null {
  const root = readProcess(pid, pageSize);
  if (root === null) return null;
  const descendants = new Map<number, Descendant>();
  let isWhole = true;
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    const children = childrenOf(parent, { allThreads: allThreads && parent === pid });
    if (children === null && parent === pid) isWhole = false;
    for (const child of children ?? []) {
      if (descendants.size === MAX_MEMBERS) return { root, descendants, isWhole: false };
      const counts = readProcess(child, pageSize);
      const peak = counts === null ? null : peakOf(child);
      if (counts === null || descendants.has(child)) continue;
      descendants.set(child, { counts, peak: peak ?? 0 });
      open.push(child);
    }
  }
  return { root, descendants, isWhole };
}

/** Of all that lives, with what their children took that have ended. */
export function cpuOf({ root, descendants }: Family): { cpuMs: number; systemMs: number } {
  let [cpuMs, systemMs] = [0, 0];
  for (const { cpuMs: own, systemMs: inSystem, ended } of [
    root,
    ...[...descendants.values()].map((one) => one.counts),
  ]) {
    cpuMs += own + ended.cpuMs;
    systemMs += inSystem + ended.systemMs;
  }
  return { cpuMs, systemMs };
}

/** Pages that descendants touched which have ended and been noticed by their parents. */
export function endedFaults({ root, descendants }: Family): number {
  let faults = root.ended.faults;
  for (const { counts } of descendants.values()) faults += counts.ended.faults;
  return faults;
}
