import fs from "node:fs";

/** Bytes of memory, now and at most since `forgetPeak`. */
export interface Resident {
  readonly now: number;
  readonly peak: number;
}

/** Null where the system does not tell: only Linux can forget a peak. */
export function residentMemory(): Resident | null {
  if (process.platform !== "linux") return null;
  const status = fs.readFileSync("/proc/self/status", "utf8");
  return { now: kilobytes(status, "VmRSS"), peak: kilobytes(status, "VmHWM") };
}

/** Lets the next peak count from what is in use now, garbage not included. */
export function forgetPeak(): void {
  (globalThis as { gc?: () => void }).gc?.();
  if (process.platform === "linux") fs.writeFileSync("/proc/self/clear_refs", "5");
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
}
