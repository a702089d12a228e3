import fs from "node:fs";
import path from "node:path";
import { makeFolders } from "./make-folders.ts";
import { temporaryName } from "./temporary-name.ts";

/** Largest count that one read or write call takes on every platform. */
export const MAX_IO_BYTES = 1 << 30;

const FOLDER_TRIES = 10;

export interface FileWriter {
  /** Puts a whole file into its place, whatever was there. */
  replace(file: string, chunks: readonly Uint8Array[]): void;
  /** The same where no file is; says whether it did. */
  create(file: string, chunks: readonly Uint8Array[]): boolean;
  /** Opens a file, and makes the folders above it if need be. */
  open(file: string, flags: string | number, mode?: number): number;
  /** Puts a whole file that lies in the same tree into its place, whatever was there. */
  move(from: string, file: string): void;
  /** Puts a copy of a file in its place: one that is this user's own, and new. */
  renew(file: string): void;
  /** Makes the folders above a file. */
  makeFolders(file: string): void;
}

export interface FileWriterOptions {
  readonly root: string;
  readonly isDurable: boolean;
  /**
   * Of the folders that it makes, less what the user's umask takes away.
   * @defaultValue 0o777
   */
  readonly folderMode?: number;
}

/** Writes files whole: beside their place first, then renamed or linked into it. */
export function fileWriter({ root, isDurable, folderMode }: FileWriterOptions): FileWriter {
  const syncFolder = (folder: string) => {
    if (isDurable) sync(folder);
  };

  function makeFoldersAbove(file: string): void {
    const first = makeFolders(path.dirname(file), folderMode);
    if (first === undefined) return;
    for (const folder of between(first, path.dirname(file))) syncFolder(path.dirname(folder));
  }

  /** Does what needs the folder of a file, and makes it if need be. */
  function inFolder<T>(file: string, action: () => T): T {
    for (let tries = 1; ; tries += 1) {
      try {
        return action();
      } catch (error) {
        // A folder that is empty yet may be removed once more.
        if (codeOf(error) !== "ENOENT" || tries > FOLDER_TRIES) throw error;
      }
      makeFoldersAbove(file);
    }
  }

  function open(file: string, flags: string | number, mode?: number): number {
    return inFolder(file, () => {
      const descriptor = fs.openSync(file, flags, mode);
      // What is put into its place is synced there; this one is in its place already.
      if (flags !== "wx") syncFolder(path.dirname(file));
      return descriptor;
    });
  }

  function putTemporary(file: string, chunks: readonly Uint8Array[]): string {
    const temporary = temporaryName(path.dirname(file));
    const descriptor = open(temporary, "wx");
    try {
      for (const chunk of chunks) writeFully(descriptor, chunk);
      if (isDurable) fs.fsyncSync(descriptor);
    } catch (error) {
      fs.closeSync(descriptor);
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    fs.closeSync(descriptor);
    return temporary;
  }

  return {
    open,
    replace(file, chunks) {
      fs.renameSync(putTemporary(file, chunks), file);
      syncFolder(path.dirname(file));
    },
    create(file, chunks) {
      const isNew = linkIfAbsent(putTemporary(file, chunks), file);
      syncFolder(path.dirname(file));
      return isNew;
    },
    move(from, file) {
      inFolder(file, () => fs.renameSync(from, file));
      syncFolder(path.dirname(file));
    },
    renew(file) {
      const copy = temporaryName(path.dirname(file));
      fs.copyFileSync(file, copy, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
      try {
        if (isDurable) syncFile(copy);
        fs.renameSync(copy, file);
        syncFolder(path.dirname(file));
      } finally {
        fs.rmSync(copy, { force: true });
      }
    },
    makeFolders: makeFoldersAbove,
  };

  /** On Windows a folder cannot be opened; there its journal takes care of names. */
  function sync(folder: string): void {
    if (process.platform === "win32" || !folder.startsWith(path.dirname(root))) return;
    try {
      syncFile(folder);
    } catch (error) {
      // It was empty, and removed: whoever needs it makes it again.
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }
}

function syncFile(file: string): void {
  // Windows syncs only what is open for writing.
  const descriptor = fs.openSync(file, process.platform === "win32" ? "r+" : "r");
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

export function writeFully(descriptor: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.byteLength;) {
    at += fs.writeSync(descriptor, chunk, at, Math.min(chunk.byteLength - at, MAX_IO_BYTES));
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function linkIfAbsent(temporary: string, file: string): boolean {
  try {
    fs.linkSync(temporary, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    // Some file systems know no hard links; objects created this way hold the same bytes whoever wins.
    fs.renameSync(temporary, file);
    return true;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** The folders from `first` down to `last`, which lies in it or is it. */
function between(first: string, last: string): string[] {
  const folders = [last];
  for (let folder = last; folder !== first && folder !== path.dirname(folder);)
    folders.push((folder = path.dirname(folder)));
  return folders;
}
