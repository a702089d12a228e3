import fs, { type FileHandle } from "node:fs/promises";
import { type BigIntStats, constants } from "node:fs";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { HashedBytes } from "./hashed-copy.ts";

/** A pipe without a writer would hold us up; Windows has no such flag. */
const READ_FLAGS = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * Opens a file that is to be stored, and sees to it that it stays the same meanwhile.
 * @throws MillraceError `MILLRACE_FILE` if there is no such file, it is not a regular file, or it changes
 */
export async function withSource(
  file: string,
  read: (source: FileHandle) => Promise<HashedBytes>,
): Promise<HashedBytes> {
  await refuseOthers(file);
  let source: FileHandle;
  try {
    source = await fs.open(file, READ_FLAGS);
  } catch (error) {
    throw cannotTake(file, { seen: messageOf(error), cause: error });
  }
  try {
    const before = await source.stat({ bigint: true });
    const taken = await read(source);
    if (!isSame(before, await source.stat({ bigint: true })) || BigInt(taken.size) !== before.size)
      throw cannotTake(file, {
        seen: `it had ${before.size} bytes at first, ${taken.size} were read`,
        because: "it changed while it was read",
        hint: "wait until the process that writes it has closed it",
      });
    return taken;
  } finally {
    await source.close();
  }
}

/** Not a regular file: opening one may have effects. */
async function refuseOthers(file: string): Promise<void> {
  try {
    const found = await fs.stat(file);
    if (found.isFile()) return;
    const isFolder = found.isDirectory();
    throw cannotTake(file, {
      because: isFolder ? "it is a directory" : "it is not a regular file but a pipe, socket or device",
      hint: isFolder ? "take it with directory()" : "write what comes out of it to a file, and take that",
    });
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    throw cannotTake(file, { seen: messageOf(error), cause: error });
  }
}

function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}

export interface FileRefusal {
  readonly because?: string;
  readonly seen?: string;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The error for what cannot be stored as a file. */
export function cannotTake(place: string, { because, seen, hint, cause }: FileRefusal): MillraceError {
  const isMissing = (cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
  return new MillraceError({
    code: "MILLRACE_FILE",
    headline: `Cannot store the file because ${because ?? (isMissing ? "it does not exist" : "it cannot be read")}: ${place}`,
    ...(seen === undefined ? {} : { details: [seen] }),
    hint: hint ?? "check the path; a relative one starts from the working directory",
    ...(cause === undefined ? {} : { cause }),
  });
}
