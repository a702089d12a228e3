import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { isMillraceError } from "../../../../sdk/errors.ts";
import type { Bucket } from "./bucket.ts";
import { OrderedRanges } from "./ordered-ranges.ts";

let temporaryFiles = 0;

export interface FetchOptions {
  readonly key: string;
  readonly file: string;
  readonly hash: string;
  readonly maxBytes: number;
}

/** Stores an object as a file, whole or not at all. False if it is not there or not fit for it, or the disk is not. */
export async function fetchFile(bucket: Bucket, options: FetchOptions): Promise<boolean> {
  const opened = await OrderedRanges.open(bucket, options.key);
  if (opened === null || opened.rest.size > options.maxBytes) return false;
  try {
    return await storeAs(opened, options);
  } catch (error) {
    if (isMillraceError(error)) throw error;
    return false;
  }
}

async function storeAs(
  opened: { readonly first: Uint8Array; readonly rest: OrderedRanges },
  { file, hash }: FetchOptions,
): Promise<boolean> {
  await fs.mkdir(path.dirname(file), { recursive: true });
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
    if (digest.digest("hex") !== hash) return false;
    await fs.rename(temporary, file);
    return true;
  } finally {
    await fs.rm(temporary, { force: true });
  }
}
