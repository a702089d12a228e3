import fs from "node:fs";

/** What the kernel has counted of a whole container. */
export interface ContainerUse {
  /** Since this meter was made; null where the kernel does not tell. */
  readonly cpuMs: number | null;
  readonly systemMs: number | null;
  /** The most memory since the container started; null where the kernel does not tell. */
  readonly memory: {
    /** With files that the kernel keeps in memory, and which make way for whatever needs the room. */
    readonly most: number;
    /** Without those of them that are there now. */
    readonly least: number;
  } | null;
  /** Whether the kernel killed a process in it for want of memory. */
  readonly isExhausted: boolean;
}

export interface ContainerMeter {
  used(): ContainerUse;
}

/** In both versions of control groups; a container sees its own there. */
const MEMORY_PEAK = ["memory.peak", "memory/memory.max_usage_in_bytes"];
const MEMORY_STAT = ["memory.stat", "memory/memory.stat"];
const KILLS = ["memory.events", "memory/memory.oom_control"];
const ROOT = "/sys/fs/cgroup";

/**
 * Measures the container that this process is in, by what its kernel counts for it: processes that were killed or came
 * and went count as all others do.
 *
 * @param root - where control groups lie
 */
export function containerMeter(root = ROOT): ContainerMeter {
  const before = cpuTimes(root);
  return {
    used() {
      const after = cpuTimes(root);
      const since = (name: "cpuMs" | "systemMs") => {
        const [from, to] = [before[name], after[name]];
        return from === null || to === null ? null : Math.max(Math.round(to - from), 0);
      };
      const isExhausted = memoryKills(root) > 0;
      return { cpuMs: since("cpuMs"), systemMs: since("systemMs"), memory: peakMemory(root), isExhausted };
    },
  };
}

/** How many processes of the container the kernel has killed for want of memory. */
export function memoryKills(root = ROOT): number {
  return field(firstOf(root, KILLS) ?? "", "oom_kill") ?? 0;
}

function peakMemory(root: string): ContainerUse["memory"] {
  const most = numberIn(firstOf(root, MEMORY_PEAK));
  if (most === null) return null;
  const stat = firstOf(root, MEMORY_STAT) ?? "";
  const cached = (field(stat, "inactive_file") ?? 0) + (field(stat, "active_file") ?? 0);
  return { most, least: Math.max(most - cached, 0) };
}

function cpuTimes(root: string): { cpuMs: number | null; systemMs: number | null } {
  const stat = read(`${root}/cpu.stat`);
  const usage = field(stat ?? "", "usage_usec");
  if (stat !== null && usage !== null) return { cpuMs: usage / 1e3, systemMs: inMs(field(stat, "system_usec"), 1e-3) };
  const nanoseconds = numberIn(firstOf(root, ["cpuacct/cpuacct.usage", "cpu,cpuacct/cpuacct.usage"]));
  const ticks = field(firstOf(root, ["cpuacct/cpuacct.stat", "cpu,cpuacct/cpuacct.stat"]) ?? "", "system");
  // Its time in the system is counted in hundredths of a second.
  return { cpuMs: inMs(nanoseconds, 1e-6), systemMs: inMs(ticks, 10) };
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

function firstOf(root: string, files: readonly string[]): string | null {
  for (const file of files) {
    const text = read(`${root}/${file}`);
    if (text !== null) return text;
  }
  return null;
}

function read(file: string): string | null {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return null;
  }
}
