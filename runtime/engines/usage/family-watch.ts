import { cpuOf, type Descendant, endedFaults, type Family, readFamily } from "./family.ts";
import type { LinuxMemory } from "./linux-memory.ts";

/** What was seen of the memory of a process and of those that it started. */
export interface SeenMemory {
  /** The most that was seen at once, in bytes. */
  readonly peak: number;
  /** Whether a process that it started was seen. */
  readonly hasChildren: boolean;
  /** The most pages that processes touched between two looks which no look saw, with what the process itself had then. */
  readonly unseen: { readonly faults: number; readonly beside: number };
  /** Pages of those that ended, from the first look to the last. */
  readonly ended: number;
  /** False where part of what it started could not be looked at. */
  readonly isWhole: boolean;
}

/** What a look tells. */
export interface FamilyLook {
  /** Now, in bytes. */
  readonly memory: number;
  readonly cpuMs: number;
  readonly systemMs: number;
  /** Whether processes worth mention have come and gone since the look before. */
  readonly hasMissed: boolean;
}

interface LastLook {
  readonly family: Family;
  readonly at: number;
  /** Numbers of those that had grown since the look before. */
  readonly growing: readonly number[];
}

/** Between looks this close no process of another one's size comes and goes unseen. */
const CLOSE_MS = 60;
/** What has touched this much more since the look before is still growing. */
const GROWS = 1.05;
/** Of the most that was seen. */
const WORTH_SHARE = 0.05;
/** Its threads are many: those that they started are asked for this often. */
const ALL_THREADS_MS = 250;

/**
 * Looks at a process and what it started. Linux keeps the peak of each process until it ends, and counts for its parent
 * the pages that it touched: so what ended between two looks is known by its pages, which are its memory.
 */
export class FamilyWatch {
  readonly #pid: number;
  readonly #memory: LinuxMemory;
  #last: LastLook | null = null;
  /** What it started that is worth mention: of more than one nothing needs to be known. */
  readonly #children = new Set<string>();
  /** The peak if what was growing at a look touched all that was touched until the next one. */
  #ifAlone = 0;
  #allThreadsAt = -Infinity;
  #firstEnded = 0;
  #seen: SeenMemory = { peak: 0, hasChildren: false, unseen: { faults: 0, beside: 0 }, ended: 0, isWhole: true };

  constructor(pid: number, memory: LinuxMemory) {
    this.#pid = pid;
    this.#memory = memory;
  }

  get seen(): SeenMemory {
    // Where others like it were seen, they may have come and gone as well.
    if (this.#children.size > 1) return this.#seen;
    return { ...this.#seen, peak: Math.max(this.#seen.peak, this.#ifAlone) };
  }

  /** Null once the process is gone. */
  look(now: number): FamilyLook | null {
    const allThreads = now - this.#allThreadsAt >= ALL_THREADS_MS;
    const family = readFamily(this.#pid, { pageSize: this.#memory.pageSize, allThreads });
    if (family === null) return null;
    if (allThreads) this.#allThreadsAt = now;
    const hasMissed = this.#note(family, now);
    this.#last = { family, at: now, growing: growing(this.#last?.family ?? null, family) };
    let memory = family.root.memory;
    for (const { counts } of family.descendants.values()) memory += counts.memory;
    return { memory, ...cpuOf(family), hasMissed };
  }

  /** Looks once more where what it started was there at the last look: that may have grown until it ended. */
  finish(now: number): void {
    if (this.#last !== null && this.#last.family.descendants.size > 0) this.look(now);
  }

  /** Says whether processes worth mention ended unseen. */
  #note(family: Family, now: number): boolean {
    const { pageSize } = this.#memory;
    const last = this.#last;
    const faults = last === null ? 0 : unseenFaults(last.family, family);
    const before = last === null ? 0 : peaksOf(last.family);
    const isClose = last !== null && now - last.at <= CLOSE_MS;
    if (last === null) this.#firstEnded = family.root.ended.faults;
    const { peak, hasChildren, unseen, isWhole } = this.#seen;
    this.#seen = {
      // What a look saw may have grown until it ended.
      peak: Math.max(peak, peaksOf(family), isClose ? before + faults * pageSize : 0),
      hasChildren: hasChildren || [...family.descendants.values()].some((one) => one.peak > 0),
      unseen: faults > unseen.faults ? { faults, beside: family.root.memory } : unseen,
      ended: family.root.ended.faults - this.#firstEnded,
      isWhole: isWhole && family.isWhole,
    };
    const worth = this.#seen.peak * WORTH_SHARE;
    for (const [pid, { counts, peak: own }] of family.descendants)
      if (own > worth && this.#children.size < 2) this.#children.add(`${pid} ${counts.startedAt}`);
    if (last !== null && last.growing.some((pid) => isGone(pid, last.family, family)))
      this.#ifAlone = Math.max(this.#ifAlone, before + faults * pageSize);
    return faults * pageSize > worth;
  }
}

/** What the process has, and the most that each of those had which it started. */
function peaksOf({ root, descendants }: Family): number {
  let sum = root.memory;
  for (const { peak } of descendants.values()) sum += peak;
  return sum;
}

/** Pages touched by processes that ended between two looks, less those that the first look saw. */
function unseenFaults(before: Family, after: Family): number {
  let faults = endedFaults(after) - endedFaults(before);
  for (const [pid, { counts }] of before.descendants) if (isGone(pid, before, after)) faults -= counts.faults;
  // Its parent has not noticed its end yet.
  for (const [pid, { counts, peak }] of after.descendants)
    if (peak === 0 && !wasEnding(before.descendants.get(pid), counts)) faults += counts.faults;
  return Math.max(faults, 0);
}

function isGone(pid: number, before: Family, after: Family): boolean {
  const [was, is] = [before.descendants.get(pid), after.descendants.get(pid)];
  return was?.counts.startedAt !== is?.counts.startedAt || (is?.peak === 0 && was?.peak !== 0);
}

/** Whether that one was seen to end before. */
function wasEnding(earlier: Descendant | undefined, { startedAt }: Descendant["counts"]): boolean {
  return earlier?.peak === 0 && earlier.counts.startedAt === startedAt;
}

/** Those that it started and that touch more and more memory. */
function growing(before: Family | null, { descendants }: Family): readonly number[] {
  const grows = ([pid, { counts }]: [number, Descendant]) => {
    const earlier = before?.descendants.get(pid)?.counts;
    return earlier?.startedAt !== counts.startedAt || counts.faults > earlier.faults * GROWS;
  };
  return [...descendants].filter(grows).map(([pid]) => pid);
}
