import fs from "node:fs";
import { isLimited } from "../usage/control-group.ts";

/** Where the kernel counts what it killed for want of memory, in both versions of control groups. */
const GROUP_COUNTERS = ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"];
/** The same of the whole machine. */
const MACHINE_COUNTER = "/proc/vmstat";

/** How many processes of this control group the kernel has killed for want of memory; 0 where it does not say. */
export function oomKills(): number {
  return countIn([...ownCounters(), ...GROUP_COUNTERS]);
}

export interface OomKillsOptions {
  /** How many there have been, here or anywhere on this machine. */
  readonly read?: () => number;
  readonly now?: () => number;
}

/** Processes that were killed together are seen to end within this time. */
const TOGETHER_MS = 1_000;

/** Tells which deaths since it was made may be the kernel's, for want of memory. */
export class OomKills {
  readonly #read: () => number;
  readonly #now: () => number;
  #seen: number;
  #seenAt = -Infinity;

  constructor({ read = () => oomKills() + countIn([MACHINE_COUNTER]), now = Date.now }: OomKillsOptions = {}) {
    this.#read = read;
    this.#now = now;
    this.#seen = read();
  }

  /** Whether the kernel has killed something since this was asked last, or just before that. */
  happened(): boolean {
    const count = this.#read();
    if (count > this.#seen) {
      this.#seen = count;
      this.#seenAt = this.#now();
    }
    return this.#now() - this.#seenAt < TOGETHER_MS;
  }
}

function countIn(files: readonly string[]): number {
  for (const file of files) {
    try {
      return Number(/^oom_kill (\d+)$/m.exec(fs.readFileSync(file, "utf8"))?.[1] ?? 0);
    } catch {
      // The other version, or none of this system.
    }
  }
  return 0;
}

/** Of a job that sees the groups of the whole machine, as on a cluster. */
function ownCounters(): string[] {
  try {
    const groups = fs.readFileSync("/proc/self/cgroup", "utf8");
    const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(\/.+)$/m.exec(groups)?.[1];
    const second = /^0::(\/.+)$/m.exec(groups)?.[1];
    // In one without a limit others than this job die as well.
    const isOwn = second !== undefined && isLimited("/sys/fs/cgroup", `/sys/fs/cgroup${second}`);
    return [
      ...(first === undefined ? [] : [`/sys/fs/cgroup/memory${first}/memory.oom_control`]),
      ...(!isOwn ? [] : [`/sys/fs/cgroup${second}/memory.events`]),
    ];
  } catch {
    // Not Linux.
    return [];
  }
}
