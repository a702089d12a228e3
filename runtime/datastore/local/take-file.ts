import { open, rm } from "node:fs/promises";
import { hashedCopy, type HashedBytes } from "../files/hashed-copy.ts";
import { withSource } from "../files/with-source.ts";
import type { FileWriter } from "./file-writer.ts";
import { makeReadOnly } from "./make-read-only.ts";
import { temporaryName } from "./temporary-name.ts";

export interface TakeFileOptions {
  /** Where what is half written lies. */
  readonly folder: string;
  readonly writer: FileWriter;
  readonly isDurable: boolean;
  /** Its place, now that its hash is known; null where the same bytes are there already. */
  placeOf(taken: HashedBytes): string | null;
}

/** Copies a file into a place that its content names, in one pass: what is hashed is what was written. */
export async function takeFile(file: string, options: TakeFileOptions): Promise<HashedBytes> {
  const { folder, writer, isDurable, placeOf } = options;
  const temporary = temporaryName(folder);
  writer.makeFolders(temporary);
  // Before anything that removes it: only then is it ours.
  const target = await open(temporary, "wx", 0o666);
  try {
    const taken = await withSource(file, async (source) => {
      const copied = await hashedCopy(source, target);
      if (isDurable) await target.sync();
      return copied;
    }).finally(() => target.close());
    const place = placeOf(taken);
    if (place === null) return taken;
    makeReadOnly(temporary);
    writer.move(temporary, place);
    return taken;
  } finally {
    await rm(temporary, { force: true });
  }
}
