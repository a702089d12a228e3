import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * The folders in which a project's settings and its store are looked for, nearest first: from here up to the root of
 * the repository, the user's home or the root of the mount, whichever comes first. What lies further up is not the project's.
 */
export function foldersUpward(from: string): readonly string[] {
  const start = path.resolve(from);
  const home = os.homedir();
  const folders = [start];
  let device = deviceOf(start);
  for (let folder = start; folder !== home && !fs.existsSync(path.join(folder, ".git"));) {
    const above = path.dirname(folder);
    const deviceAbove = deviceOf(above);
    const isMountRoot = folder === above || (device !== null && device !== deviceAbove);
    // There anybody may put a folder on the drive, and Node does not tell whose it is.
    if (isMountRoot) return process.platform === "win32" ? [start] : folders;
    folders.push((folder = above));
    device = deviceAbove;
  }
  return folders;
}

/** Null for what is not there or cannot be asked: it adds no end of its own. */
function deviceOf(folder: string): number | null {
  try {
    return fs.statSync(folder, { throwIfNoEntry: false })?.dev ?? null;
  } catch {
    return null;
  }
}
