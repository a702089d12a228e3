import { createHash } from "node:crypto";
import path from "node:path";
import { type FoundFile, slashed } from "./found-file.ts";

/** A file or link under its name in an archive. */
export interface ArchiveEntry extends FoundFile {
  /** Relative to the base, with `/`. */
  readonly name: string;
  /** Set for a link: what it says, with `/`. */
  readonly linkName: string | null;
}

/** Sorted by name, each once. */
export function archiveEntries(files: readonly FoundFile[], base: string): ArchiveEntry[] {
  const entries = new Map<string, ArchiveEntry>();
  for (const file of files) {
    const name = slashed(path.relative(base, file.path));
    const { target } = file;
    const linkName = target === null ? null : slashed(path.relative(path.dirname(file.path), target)) || ".";
    entries.set(name, { ...file, name, linkName });
  }
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The form of archives: to be counted up when the same files come out as other bytes. */
const FORM = 1;

/** Changes when an archive of these entries would; tells it without reading them. */
export function keyOfEntries(entries: readonly ArchiveEntry[]): string {
  const hash = createHash("sha256").update(`${FORM}\n`);
  for (const { path: file, name, size, stamp, isExecutable, linkName } of entries)
    hash.update(`${JSON.stringify([file, name, size, stamp, isExecutable, linkName])}\n`);
  return hash.digest("hex").slice(0, 32);
}
