import fs from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { hashedCopy, type HashedBytes } from "../files/hashed-copy.ts";
import { withSource } from "../files/with-source.ts";
import { makeFolders } from "./make-folders.ts";

/** Nobody is to write into it; what removes it needs no right to. */
const READ_ONLY = 0o444;

let temporaryFiles = 0;

export interface TakeFileOptions {
  /** Where what is half written lies. */
  readonly folder: string;
  readonly isDurable: boolean;
  /** Its place, now that its hash is known; null where the same bytes are there already. */
  placeOf(taken: HashedBytes): string | null;
}

/** Copies a file into a place that its content names, in one pass: what is hashed is what was written. */
export async function takeFile(file: string, { folder, isDurable, placeOf }: TakeFileOptions): Promise<HashedBytes> {
  makeFolders(folder);
  const temporary = path.join(folder, `.tmp-${process.pid}-t${++temporaryFiles}`);
  try {
    const taken = await withSource(file, async (source) => {
      const target = await open(temporary, "wx", 0o666);
      try {
        const copied = await hashedCopy(source, target);
        if (isDurable) await target.sync();
        return copied;
      } finally {
        await target.close();
      }
    });
    const place = placeOf(taken);
    if (place === null) return taken;
    makeFolders(path.dirname(place));
    makeReadOnly(temporary);
    await rename(temporary, place);
    return taken;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Less what the user's umask took away. On Windows such a file could not be removed any more. */
export function makeReadOnly(file: string): void {
  if (process.platform === "win32") return;
  fs.chmodSync(file, fs.statSync(file).mode & READ_ONLY);
}
