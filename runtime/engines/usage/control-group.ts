import fs from "node:fs";
import path from "node:path";

/** The most memory that a group has had. */
export interface GroupPeak {
  /** With files that the kernel keeps in memory, and which make way for whatever needs the room. */
  readonly most: number;
  /** Without those of them that are there now. */
  readonly least: number;
}

/** What the kernel counts for the processes of a control group, all together. */
export interface ControlGroup {
  cpuTimes(): { readonly cpuMs: number | null; readonly systemMs: number | null };
  peakMemory(): GroupPeak | null;
}

export interface ControlGroupPlace {
  /** Where control groups lie. */
  readonly root?: string;
  /** What `/proc/self/cgroup` says. */
  readonly groups?: string;
}

/** What no group is limited to: the whole machine then. */
const NO_LIMIT = 2 ** 60;
/** The time in the system is counted in hundredths of a second by the first version. */
const TICK_MS = 10;

/**
 * The control group of this process, in either version; null where that is the whole machine, or none can be seen. A
 * container sees its own group as the root of all, a job of a cluster sees it below.
 */
export function ownControlGroup({
  root = "/sys/fs/cgroup",
  groups = read("/proc/self/cgroup") ?? "",
}: ControlGroupPlace = {}): ControlGroup | null {
  const [, second = ""] = /^0::(\/.*)$/m.exec(groups) ?? [];
  for (const folder of foldersOf(root, second)) {
    // The group of all processes has no such file.
    if (read(`${folder}/memory.current`) === null) continue;
    // One without a limit is a service of the machine, or a session of a user: not the task's own.
    return isLimited(root, folder) ? secondVersion(folder) : null;
  }
  const [, first = ""] = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.*)$/m.exec(groups) ?? [];
  for (const folder of foldersOf(`${root}/memory`, first)) {
    const limit = numberIn(read(`${folder}/memory.limit_in_bytes`));
    if (limit !== null && limit < NO_LIMIT) return firstVersion(root, folder.slice(`${root}/memory`.length));
  }
  return null;
}

/** Whether a group of the second version has a limit of memory, by itself or by one that it lies in. */
export function isLimited(root: string, own: string): boolean {
  for (let folder = own; folder.length >= root.length; folder = path.dirname(folder))
    if (numberIn(read(`${folder}/memory.max`)) !== null) return true;
  return false;
}

function foldersOf(root: string, own: string): string[] {
  return own === "" || own === "/" ? [root] : [`${root}${own}`, root];
}

function secondVersion(folder: string): ControlGroup {
  return {
    cpuTimes() {
      const stat = read(`${folder}/cpu.stat`) ?? "";
      return { cpuMs: inMs(field(stat, "usage_usec"), 1e-3), systemMs: inMs(field(stat, "system_usec"), 1e-3) };
    },
    peakMemory: () => peakMemory(read(`${folder}/memory.peak`), read(`${folder}/memory.stat`)),
  };
}

function firstVersion(root: string, own: string): ControlGroup {
  const memory = `${root}/memory${own}`;
  return {
    cpuTimes() {
      for (const folder of [`${root}/cpuacct${own}`, `${root}/cpu,cpuacct${own}`]) {
        const nanoseconds = numberIn(read(`${folder}/cpuacct.usage`));
        if (nanoseconds === null) continue;
        const ticks = field(read(`${folder}/cpuacct.stat`) ?? "", "system");
        return { cpuMs: inMs(nanoseconds, 1e-6), systemMs: inMs(ticks, TICK_MS) };
      }
      return { cpuMs: null, systemMs: null };
    },
    peakMemory: () => peakMemory(read(`${memory}/memory.max_usage_in_bytes`), read(`${memory}/memory.stat`)),
  };
}

/** Files that the kernel keeps in memory count for a group, and make way for whatever needs the room. */
function peakMemory(peak: string | null, stat: string | null): GroupPeak | null {
  const most = numberIn(peak);
  if (most === null) return null;
  const cached = (field(stat ?? "", "inactive_file") ?? 0) + (field(stat ?? "", "active_file") ?? 0);
  return { most, least: Math.max(most - cached, 0) };
}

function inMs(count: number | null, ms: number): number | null {
  return count === null ? null : count * ms;
}

function field(stat: string, name: string): number | null {
  const found = new RegExp(`^${name} (\\d{1,19})$`, "m").exec(stat)?.[1];
  return found === undefined ? null : Number(found);
}

function numberIn(text: string | null): number | null {
  const found = /^(\d{1,19})\n?$/.exec(text ?? "")?.[1];
  return found === undefined ? null : Number(found);
}

function read(file: string): string | null {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return null;
  }
}
