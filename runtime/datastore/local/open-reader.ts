import fs from "node:fs";
import type { ObjectEnd, ObjectReader } from "../storage.ts";
import { checkWholeSize } from "../check-whole-size.ts";
import { notAnObject } from "./not-an-object.ts";
import { codeOf, MAX_IO_BYTES } from "./file-writer.ts";

/** What a folder of that name says counts as well: it is no object. */
const ABSENT = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
/** A pipe without a writer would hold us up; Windows has neither flag. */
const READ_FLAGS = O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);

export function isAbsent(error: unknown): boolean {
  return ABSENT.has(codeOf(error) ?? "");
}

export function isFile(file: string): boolean {
  return lookAt(file)?.isFile() ?? false;
}

/** What lies there, links not followed; null for nothing. */
export function lookAt(file: string): fs.Stats | null {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

export function readIfThere(file: string, key: string): Buffer | null {
  const opened = openIfThere(file, key);
  if (opened === null) return null;
  try {
    checkWholeSize(key, opened.size);
    // One that grows meanwhile is read as far as it was.
    return readUpTo(opened.descriptor, opened.size, 0);
  } finally {
    fs.closeSync(opened.descriptor);
  }
}

export function openReader(file: string, key: string): ObjectReader | null {
  const opened = openIfThere(file, key);
  if (opened === null) return null;
  const { descriptor, size } = opened;
  function read(target: Uint8Array, position: number): void {
    for (let at = 0; at < target.byteLength;) {
      const count = Math.min(target.byteLength - at, MAX_IO_BYTES);
      const got = fs.readSync(descriptor, target, at, count, position + at);
      if (got === 0) throw new Error(`${file} ends after ${position + at} bytes`);
      at += got;
    }
  }
  return {
    size,
    read,
    readSoon: read,
    readUpTo: (count, position) => readUpTo(descriptor, count, position),
    close: () => fs.closeSync(descriptor),
  };
}

export function readEnd(file: string, { key, count }: { key: string; count: number }): ObjectEnd | null {
  const opened = openIfThere(file, key);
  if (opened === null) return null;
  const { descriptor, size } = opened;
  try {
    return { bytes: readUpTo(descriptor, count, Math.max(size - count, 0)), isWhole: size <= count };
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Opens a regular file, whatever else may lie there.
 * @throws MillraceError `MILLRACE_NOT_AN_OBJECT`
 */
export function openIfThere(file: string, key: string): { descriptor: number; size: number } | null {
  const descriptor = openUnfollowed(file, { key, flags: READ_FLAGS });
  if (descriptor === null) return null;
  const found = fs.fstatSync(descriptor);
  if (found.isFile()) return { descriptor, size: found.size };
  fs.closeSync(descriptor);
  if (found.isDirectory()) return null;
  throw notAnObject(key, found);
}

function openUnfollowed(file: string, { key, flags }: { key: string; flags: number }): number | null {
  try {
    const found = O_NOFOLLOW === undefined ? fs.lstatSync(file) : null;
    if (found?.isSymbolicLink() === true) throw notAnObject(key, found);
    return fs.openSync(file, flags);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw refusal(error, { file, key });
  }
}

/** Without following it a link cannot be opened, and a socket never can. */
export function refusal(error: unknown, { file, key }: { file: string; key: string }): unknown {
  const found = ["ELOOP", "EMLINK", "ENXIO", "EOPNOTSUPP"].includes(codeOf(error) ?? "") ? lookAt(file) : null;
  return found === null || found.isFile() ? error : notAnObject(key, found);
}

export function readUpTo(descriptor: number, count: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafe(count);
  let at = 0;
  for (let got = 1; got > 0 && at < count; at += got)
    got = fs.readSync(descriptor, buffer, at, Math.min(count - at, MAX_IO_BYTES), position + at);
  return buffer.subarray(0, at);
}
