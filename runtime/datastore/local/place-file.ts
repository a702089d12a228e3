import { constants } from "node:fs";
import { copyFile, open, rm } from "node:fs/promises";
import { hashedCopy } from "../files/hashed-copy.ts";
import type { PlacedFile, Placing } from "../storage.ts";
import { codeOf } from "./file-writer.ts";
import { makeReadOnly } from "./make-read-only.ts";
import { lookAt } from "./open-reader.ts";

const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EROFS", "EFBIG"]);
/** Where the file system can, both share their blocks until one of them is written to. */
const COPY = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;

/**
 * Puts a copy of an object that is a file here at another place, and checks the bytes of the copy. It is never a link:
 * whoever writes to it, as root or after a chmod, would write to the object.
 */
export async function placeFile(object: string, { file, hash }: PlacedFile): Promise<Placing> {
  if (lookAt(object)?.isFile() !== true) return "missing";
  const there = await fileThere({ file, hash });
  if (there !== null) return there;
  try {
    await copyFile(object, file, COPY);
  } catch (error) {
    if (NO_ROOM.has(codeOf(error) ?? "")) return "no room";
    if (codeOf(error) === "EEXIST") return (await fileThere({ file, hash })) ?? "occupied";
    throw error;
  }
  try {
    makeReadOnly(file);
    if ((await hashOfFile(file)) === hash) return "placed";
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  await rm(file, { force: true });
  return "damaged";
}

/** What is to be said of a file that lies at the place already; null where there is none. */
export async function fileThere({ file, hash }: PlacedFile): Promise<Placing | null> {
  const found = lookAt(file);
  if (found === null) return null;
  return found.isFile() && (await hashOfFile(file)) === hash ? "placed" : "occupied";
}

async function hashOfFile(file: string): Promise<string> {
  const source = await open(file, "r");
  try {
    return (await hashedCopy(source, null)).hash;
  } finally {
    await source.close();
  }
}
