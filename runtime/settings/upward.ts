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
  for (let folder = start; !isEnd(folder, home);) {
    const above = path.dirname(folder);
    // There anybody may put a folder on the drive, and Node does not tell whose it is.
    if (isMountRoot(folder, above)) return process.platform === "win32" ? [start] : folders;
    folders.push((folder = above));
  }
  return folders;
}

function isEnd(folder: string, home: string): boolean {
  return folder === home || fs.existsSync(path.join(folder, ".git"));
}

function isMountRoot(folder: string, above: string): boolean {
  return folder === above || deviceOf(folder) !== deviceOf(above);
}

/** Of what is not there or cannot be asked that of the folder above: it adds no end of its own. */
function deviceOf(folder: string): number | null {
  for (let at = folder; ; at = path.dirname(at)) {
    try {
      return fs.statSync(at).dev;
    } catch {
      if (at === path.dirname(at)) return null;
    }
  }
}
