import fs from "node:fs";

/** What Linux has counted of a process so far. */
export interface ProcessCounts {
  /** Changes with the process, even where its number is used again. */
  readonly startedAt: number;
  readonly cpuMs: number;
  readonly systemMs: number;
  /** Memory that it has now, in bytes. */
  readonly memory: number;
  /** Pages that it touched first: nearly all of the memory that it ever had for itself. */
  readonly faults: number;
  /** The same of its descendants that have ended, with what they took. */
  readonly ended: { readonly faults: number; readonly cpuMs: number; readonly systemMs: number };
}

/** Linux counts the time of processes in hundredths of a second, whatever the machine. */
const TICK_MS = 10;
/** Behind the name of the program, which is in parentheses and may hold anything: the third field. */
const FIRST = 3;

/** Null where there is no such process, or its system does not tell. */
export function readProcess(pid: number, pageSize: number): ProcessCounts | null {
  const text = readText(`/proc/${pid}/stat`);
  return text === null ? null : countsIn(text, pageSize);
}

function countsIn(stat: string, pageSize: number): ProcessCounts | null {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const at = (field: number) => Number(fields[field - FIRST]);
  const counts: ProcessCounts = {
    startedAt: at(22),
    cpuMs: (at(14) + at(15)) * TICK_MS,
    systemMs: at(15) * TICK_MS,
    memory: at(24) * pageSize,
    faults: at(10),
    ended: { faults: at(11), cpuMs: (at(16) + at(17)) * TICK_MS, systemMs: at(17) * TICK_MS },
  };
  return Number.isFinite(counts.memory + counts.faults + counts.cpuMs + counts.ended.faults) ? counts : null;
}

/** The most memory that a process has had, in bytes; null once it has none. */
export function peakOf(pid: number): number | null {
  const kb = /^VmHWM:\s+(\d{1,15}) kB$/m.exec(readText(`/proc/${pid}/status`) ?? "")?.[1];
  return kb === undefined ? null : Number(kb) * 1024;
}

/**
 * Numbers of a process's children; null where the system does not tell.
 * @param allThreads - not only those that its first thread started: costs a reading for each thread
 */
export function childrenOf(pid: number, { allThreads = false } = {}): number[] | null {
  const threads = allThreads ? namesIn(`/proc/${pid}/task`) : [String(pid)];
  let found: number[] | null = null;
  for (const thread of threads) {
    const text = readText(`/proc/${pid}/task/${thread}/children`);
    if (text !== null) found = [...(found ?? []), ...text.split(" ").filter(Boolean).map(Number)];
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, "latin1");
  } catch {
    return null;
  }
}
