import type { Dirent } from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";

/** So far below the limit a cleaning goes, that the next one does not follow at once. */
const ENOUGH = 0.9;
/** A file that was written this recently may still be on its way. */
const YOUNG_MS = 60 * 60_000;

/** Removes the files of a cache that were used longest ago, until all together are within the limit. */
export async function trimFolder(folder: string, limit: number): Promise<void> {
  const files = await filesOf(folder);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= limit) return;
  for (const { file, size } of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= limit * ENOUGH) return;
    // Somebody else may clean as well.
    await fs.rm(file, { force: true }).catch(() => undefined);
    total -= size;
  }
}

async function filesOf(folder: string): Promise<{ file: string; size: number; usedAt: number }[]> {
  const entries: Dirent[] = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const known: { file: string; size: number; usedAt: number }[] = [];
  for (const file of files) {
    const stats = await fs.stat(file).catch(() => null);
    if (stats === null) continue;
    if (path.basename(file).startsWith(".tmp-") && Date.now() - stats.mtimeMs < YOUNG_MS) continue;
    known.push({ file, size: stats.size, usedAt: stats.mtimeMs });
  }
  return known;
}
