import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { type FoundFile, slashed } from "../ship/found-file.ts";
import { packageName } from "../ship/locate-package.ts";

export interface PackageContent {
  /** Of all its files that matter to code. */
  readonly hash: string;
  /** Packages that its source names, declared or not. */
  readonly names: readonly string[];
}

/** Reads a package's files. */
export function readContent(folder: string, files: readonly FoundFile[]): PackageContent {
  const hash = createHash("sha256");
  const names = new Set<string>();
  for (const { path: file, target } of files) {
    const relative = slashed(path.relative(folder, file));
    const bytes = target === null ? bytesOf(file) : Buffer.from(slashed(path.relative(folder, target)));
    hash.update(`${relative}\0${bytes.length}\0`).update(bytes);
    if (/\.[cm]?js$/.test(relative)) for (const name of namesIn(bytes.toString("latin1"))) names.add(name);
  }
  return { hash: hash.digest("hex").slice(0, 32), names: [...names].sort() };
}

/** What cannot be read cannot be loaded either, and is no reason not to start. */
function bytesOf(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    return Buffer.from(String((error as NodeJS.ErrnoException).code));
  }
}

const LOADED = /(?:\brequire\s*\(\s*|\bfrom\s*|\bimport\s*\(?\s*|\bresolve\s*\(\s*)(["'])([^"'\n]{1,200})\1/g;

function* namesIn(source: string): Generator<string> {
  for (const [, , text = ""] of source.matchAll(LOADED)) {
    const name = packageName(text);
    if (name !== null) yield name;
  }
}
