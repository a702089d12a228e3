import { readdirSync, readFileSync } from "node:fs";

/** What a process and all that it started have used of processors so far, in microseconds; null off Linux. */
export function processorUs(root: number): number | null {
  if (process.platform !== "linux") return null;
  let ns = 0;
  for (const pid of familyOf(root))
    for (const task of names(`/proc/${pid}/task`))
      ns += Number(text(`/proc/${pid}/task/${task}/schedstat`).split(" ")[0]);
  return ns / 1000;
}

/** A process, and those that it started, and so on. */
export function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of names("/proc"))
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(/\) \w (\d+)/.exec(text(`/proc/${name}/stat`))?.[1]));
  const family = [root];
  for (const one of family) for (const [pid, parent] of parents) if (parent === one) family.push(pid);
  return family;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for what has ended meanwhile. */
function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
