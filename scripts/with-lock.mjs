import { mkdirSync, rmdirSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Does work that only one process may do at a time; a lock older than `staleMs` belongs to a dead one. */
export async function withLock(folder, work, { staleMs = 120_000 } = {}) {
  mkdirSync(path.dirname(folder), { recursive: true });
  while (!tryLock(folder, staleMs)) await sleep(50);
  try {
    return await work();
  } finally {
    rmdirSync(folder);
  }
}

function tryLock(folder, staleMs) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const known = statSync(folder, { throwIfNoEntry: false });
    if (known !== undefined && Date.now() - known.mtimeMs > staleMs) rmdirSync(folder);
    return false;
  }
}
