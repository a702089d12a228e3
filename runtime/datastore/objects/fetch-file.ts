import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ObjectStore } from "./object-store.ts";
import { OrderedRanges } from "./ordered-ranges.ts";
import { makeFolders } from "../local/make-folders.ts";
import { temporaryName } from "../local/temporary-name.ts";

/** `unfit`: there is no such object. `no room`: the disk does not take it. */
export type Fetching = "stored" | "unfit" | "no room";

export interface FetchOptions {
  readonly key: string;
  readonly file: string;
  readonly hash: string;
  readonly maxBytes: number;
}

/** Stores an object as a file, whole or not at all. */
export async function fetchFile(objects: ObjectStore, options: FetchOptions): Promise<Fetching> {
  const opened = await OrderedRanges.open(objects, options.key);
  if (opened === null || opened.rest.size > options.maxBytes) return "unfit";
  try {
    return await storeAs(opened, options);
  } catch (error) {
    if (isMillraceError(error)) throw error;
    return "no room";
  }
}

async function storeAs(
  opened: { readonly first: Uint8Array; readonly rest: OrderedRanges },
  { file, hash }: FetchOptions,
): Promise<Fetching> {
  makeFolders(path.dirname(file), 0o700);
  const temporary = temporaryName(path.dirname(file));
  // Before anything that removes it: only then is it ours.
  const target = await fs.open(temporary, "wx");
  try {
    const digest = createHash("sha256");
    try {
      for (let piece: Uint8Array | null = opened.first; piece !== null; piece = await opened.rest.next()) {
        digest.update(piece);
        await target.writeFile(piece);
      }
    } finally {
      await target.close();
    }
    if (digest.digest("hex") !== hash) return "unfit";
    await fs.rename(temporary, file);
    return "stored";
  } finally {
    await fs.rm(temporary, { force: true });
  }
}
