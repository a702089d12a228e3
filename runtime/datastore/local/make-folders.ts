import fs from "node:fs";
import path from "node:path";

const TRIES = 100;

/**
 * Makes a folder and those above it that are not there; gives the first that it made. Node's own way to do that never
 * ends where a folder is there and takes no entries, as in `/proc`.
 */
export function makeFolders(folder: string, mode?: number): string | undefined {
  let first: string | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      fs.mkdirSync(folder, mode);
      return first ?? folder;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const above = path.dirname(folder);
      const found = code === "EEXIST" ? fs.lstatSync(folder, { throwIfNoEntry: false }) : undefined;
      if (found !== undefined && leadsToFolder(folder, found)) return first;
      // Another process may remove one that is empty yet: then all of it is done again.
      const isGone = code === "ENOENT" || (code === "EEXIST" && found === undefined);
      if (!isGone || tries === TRIES || above === folder) throw error;
      if (code === "ENOENT") first = makeFolders(above, mode) ?? first;
    }
  }
}

function leadsToFolder(place: string, found: fs.Stats): boolean {
  if (!found.isSymbolicLink()) return found.isDirectory();
  return fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}
