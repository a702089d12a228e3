import { lstat, mkdir } from "node:fs/promises";
import path from "node:path";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { DirectoryContent } from "../../../sdk/files/file-content.ts";
import type { Blobs } from "../blobs.ts";
import { safeName } from "./safe-name.ts";

export interface PlacedDirectory {
  readonly content: DirectoryContent;
  /** Nothing is there yet. */
  readonly target: string;
}

/**
 * Puts the files of a stored directory into a new folder.
 * @throws MillraceError `MILLRACE_FILE` where two of its names are one here
 */
export async function placeDirectory(blobs: Blobs, { content, target }: PlacedDirectory): Promise<void> {
  const { name: directory, files } = content;
  const placed: string[] = [];
  const inside = (name: string) => path.join(target, ...name.split("/").map(localName));

  /** Refuses what would stand in the place of another. */
  async function claim(name: string): Promise<void> {
    const there = await identityAt(inside(name));
    if (there !== null) {
      for (const other of placed)
        if ((await identityAt(inside(other))) === there) throw sameHere(directory, { name, other });
    }
    placed.push(name);
  }

  await mkdir(target);
  for (const folder of foldersOf(content)) {
    await claim(folder);
    await mkdir(inside(folder));
  }
  for (const { name, hash } of files) {
    await claim(name);
    await blobs.place(hash, inside(name));
  }
}

/** Every folder, each behind those around it. */
function foldersOf({ files, folders }: DirectoryContent): ReadonlySet<string> {
  const all = new Set<string>();
  const addAbove = (name: string) => {
    for (let end = name.indexOf("/"); end >= 0; end = name.indexOf("/", end + 1)) all.add(name.slice(0, end));
  };
  for (const { name } of files) addAbove(name);
  for (const name of folders) {
    addAbove(name);
    all.add(name);
  }
  return all;
}

/** Equal for two names of the same thing. */
async function identityAt(place: string): Promise<string | null> {
  try {
    const { dev, ino } = await lstat(place, { bigint: true });
    return `${dev} ${ino}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function sameHere(directory: string, { name, other }: { name: string; other: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_FILE",
    headline: `Cannot put directory ${directory} on this machine because two of its names are the same here: ${JSON.stringify(other)} and ${JSON.stringify(name)}`,
    hint: "read them one by one: for (const file of stored.files()) await file.bytes()",
  });
}

/** Of a path inside a directory: what other systems name otherwise, Windows cannot. */
function localName(name: string): string {
  return process.platform === "win32" ? safeName(name) : name;
}
