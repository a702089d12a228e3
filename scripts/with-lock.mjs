import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Does work that only one process may do at a time. A lock names its process; one whose process is dead is stale, and so is
 * one that names none and is older than `staleMs`.
 */
export async function withLock(folder, work, { staleMs = 120_000 } = {}) {
  mkdirSync(path.dirname(folder), { recursive: true });
  while (!tryLock(folder, staleMs)) await sleep(50);
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryLock(folder, staleMs) {
  try {
    mkdirSync(folder);
    writeFileSync(path.join(folder, "pid"), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (isStale(folder, staleMs)) rmSync(folder, { recursive: true, force: true });
    return false;
  }
}

function isStale(folder, staleMs) {
  const pid = holderOf(folder);
  if (pid !== null) return !isAlive(pid);
  const known = statSync(folder, { throwIfNoEntry: false });
  return known !== undefined && Date.now() - known.mtimeMs > staleMs;
}

/** Null where the lock names no process. */
function holderOf(folder) {
  try {
    return Number(/^[1-9]\d*$/.exec(readFileSync(path.join(folder, "pid"), "utf8"))?.[0] ?? NaN) || null;
  } catch {
    return null;
  }
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
