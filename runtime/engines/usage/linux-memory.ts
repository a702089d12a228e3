import fs from "node:fs";

/** How Linux hands out memory. */
export interface LinuxMemory {
  /** In bytes. */
  readonly pageSize: number;
  /** Whether it may hand out far more than a page at once, so that pages say little of the memory that they stand for. */
  readonly isHuge: boolean;
}

/** In the vector that the kernel gives each process: the entry that holds the size of its pages. */
const PAGE_SIZE_ENTRY = 6n;
const USUAL_PAGE_SIZE = 4096;

/** Null where this is not Linux, or its `/proc` is not there. */
export function linuxMemory(): LinuxMemory | null {
  if (process.platform !== "linux" || !fs.existsSync("/proc/self/stat")) return null;
  return { pageSize: pageSize(), isHuge: isHuge() };
}

function pageSize(): number {
  try {
    const vector = fs.readFileSync("/proc/self/auxv");
    for (let at = 0; at + 16 <= vector.length; at += 16)
      if (vector.readBigUInt64LE(at) === PAGE_SIZE_ENTRY) return Number(vector.readBigUInt64LE(at + 8));
  } catch {
    // As most machines have it.
  }
  return USUAL_PAGE_SIZE;
}

function isHuge(): boolean {
  try {
    return fs.readFileSync("/sys/kernel/mm/transparent_hugepage/enabled", "latin1").includes("[always]");
  } catch {
    return false;
  }
}
