import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../../../../sdk/base/message-of.ts";
import type { FileState } from "../../../datastore/kinds/feature-parts.ts";
import { featureError } from "../feature-error.ts";
import { whereFilesAre } from "../sources/where-files-are.ts";

/** A file that was written so short a time before it was seen may have been written once more in the same instant. */
const RACY_MS = 2000;
const SMALL_BYTES = 4 * 2 ** 20;

export interface HashedFile {
  readonly state: FileState;
  /** SHA-256. */
  readonly content: string;
}

/**
 * What a file holds. It is read only if it does not look as it did when it was read last.
 *
 * @param known - what is known of this file on this machine
 * @throws MillraceError `MILLRACE_FEATURE` for one that cannot be read, or changes meanwhile
 */
export async function fileContent(path: string, known: HashedFile | undefined): Promise<HashedFile> {
  if (isUnchanged(path, known)) return known;
  const state = stateOf(path);
  const hash = createHash("sha256");
  try {
    // Thousands of small files are common, and a stream for each takes longer than their bytes.
    if (state.size <= SMALL_BYTES) hash.update(fs.readFileSync(path));
    else await pipeline(fs.createReadStream(path), hash, { end: false });
  } catch (error) {
    throw featureError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  refuseChanged(state);
  return { state, content: hash.digest("hex") };
}

/** Whether a file looks as it did when it was read last, long enough after it was written. */
export function isUnchanged(path: string, known: HashedFile | undefined): known is HashedFile {
  return known !== undefined && isSettled(known.state) && isSame(known.state, stateOf(path));
}

/** @throws MillraceError `MILLRACE_FEATURE` for a file that is not as it was */
export function refuseChanged(state: FileState): void {
  if (isSame(stateOf(state.path), state)) return;
  throw featureError(`${state.path} was changed while it was read`, {
    hint: "write to another name and rename it when it is whole; then materialize again",
  });
}

function stateOf(path: string): FileState {
  try {
    const { size, mtimeMs, ctimeMs, ino } = fs.statSync(path);
    return { path, size, modifiedMs: mtimeMs, changedMs: ctimeMs, inode: ino, seenAt: Date.now(), host: os.hostname() };
  } catch (error) {
    const hint = whereFilesAre();
    throw featureError(`${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
      ...(hint === null ? {} : { hint }),
    });
  }
}

function isSame(one: FileState, other: FileState): boolean {
  const names = ["path", "size", "modifiedMs", "changedMs", "inode"] as const;
  return names.every((name) => one[name] === other[name]);
}

function isSettled({ seenAt, modifiedMs, changedMs }: FileState): boolean {
  return seenAt - Math.max(modifiedMs, changedMs) > RACY_MS;
}
