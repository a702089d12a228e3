import { copyFile, link, open, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { hashedCopy } from "../files/hashed-copy.ts";
import type { PlacedFile, Placing } from "../storage.ts";
import { lookAt } from "./open-reader.ts";
import { makeReadOnly } from "./take-file.ts";

/** Puts an object that is a file here at another place, by a link where that can be, once its bytes were checked. */
export async function placeFile(object: string, { file, hash }: PlacedFile): Promise<Placing> {
  if (lookAt(object)?.isFile() !== true) return "missing";
  if ((await hashOfFile(object)) !== hash) return "damaged";
  try {
    await link(object, file).catch(() => symlink(path.resolve(object), file));
  } catch {
    // Neither kind of link: another disk, on Windows.
    await copied(object, file);
  }
  return "placed";
}

async function hashOfFile(file: string): Promise<string> {
  const source = await open(file, "r");
  try {
    return (await hashedCopy(source, null)).hash;
  } finally {
    await source.close();
  }
}

async function copied(object: string, file: string): Promise<void> {
  const temporary = `${file}.part`;
  try {
    await copyFile(object, temporary);
    makeReadOnly(temporary);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
