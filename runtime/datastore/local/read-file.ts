import fs from "node:fs";
import type { ObjectEnd, ObjectReader } from "../storage.ts";
import { codeOf, MAX_IO_BYTES } from "./write-file.ts";

/** What a folder of that name says counts as well: it is no object. */
const ABSENT = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

export function isFile(file: string): boolean {
  try {
    return fs.statSync(file).isFile();
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? "")) return false;
    throw error;
  }
}

export function readIfThere(file: string): Uint8Array | null {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? "")) return null;
    throw error;
  }
}

export function openReader(file: string): ObjectReader | null {
  const descriptor = openIfThere(file);
  if (descriptor === null) return null;
  return {
    size: fs.fstatSync(descriptor).size,
    read(target, position) {
      for (let at = 0; at < target.byteLength;) {
        const count = Math.min(target.byteLength - at, MAX_IO_BYTES);
        const got = fs.readSync(descriptor, target, at, count, position + at);
        if (got === 0) throw new Error(`${file} ends after ${position + at} bytes`);
        at += got;
      }
    },
    readUpTo: (count, position) => readUpTo(descriptor, count, position),
    close: () => fs.closeSync(descriptor),
  };
}

export function readEnd(file: string, count: number): ObjectEnd | null {
  const descriptor = openIfThere(file);
  if (descriptor === null) return null;
  try {
    const { size } = fs.fstatSync(descriptor);
    return { bytes: readUpTo(descriptor, count, Math.max(size - count, 0)), isWhole: size <= count };
  } finally {
    fs.closeSync(descriptor);
  }
}

export function openIfThere(file: string): number | null {
  try {
    return fs.openSync(file, "r");
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? "")) return null;
    throw error;
  }
}

export function readUpTo(descriptor: number, count: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafe(count);
  let at = 0;
  for (let got = 1; got > 0 && at < count; at += got)
    got = fs.readSync(descriptor, buffer, at, Math.min(count - at, MAX_IO_BYTES), position + at);
  return buffer.subarray(0, at);
}
