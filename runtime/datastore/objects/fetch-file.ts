import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { isMillraceError } from "../../../sdk/base/errors.ts";
import type { Fetching } from "../thread/calls.ts";
import type { Bucket } from "../s3/s3-objects.ts";
import { OrderedRanges } from "./ordered-ranges.ts";
import { makeFolders } from "../local/make-folders.ts";

let temporaryFiles = 0;

export interface FetchOptions {
  readonly key: string;
  readonly file: string;
  readonly hash: string;
  readonly maxBytes: number;
}

/** Stores an object as a file, whole or not at all. */
export async function fetchFile(bucket: Bucket, options: FetchOptions): Promise<Fetching> {
  const opened = await OrderedRanges.open(bucket, options.key);
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
  const temporary = path.join(path.dirname(file), `.tmp-${process.pid}-f${++temporaryFiles}`);
  try {
    const target = await fs.open(temporary, "wx");
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
