import fs from "node:fs";
import path from "node:path";

/** A file that goes along, or a symbolic link. */
export interface FoundFile {
  /** Absolute, where it really lies. */
  readonly path: string;
  readonly size: number;
  /** Changes with the content, or with more than that. */
  readonly stamp: string;
  /** When its content or its entry changed last, in milliseconds since 1970. */
  readonly changedAt?: number;
  readonly isExecutable: boolean;
  /** Set for a link: the real place it leads to. */
  readonly target: string | null;
}

export function foundFile(file: string, stat: fs.Stats = fs.statSync(file)): FoundFile {
  const { size, mode, mtimeMs, ctimeMs } = stat;
  // Package managers give all their files one time, so that of the last change to the entry itself counts as well.
  return {
    ...{ path: file, size, stamp: `${mtimeMs}-${ctimeMs}`, target: null },
    changedAt: Math.max(mtimeMs, ctimeMs),
    isExecutable: (mode & 0o100) !== 0,
  };
}

export function foundLink(place: string, target: string): FoundFile {
  return { path: place, size: 0, stamp: "", isExecutable: false, target };
}

/** In the order of the paths, whatever the language of the machine. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** Entries of a folder, sorted. */
export function entriesOf(folder: string): fs.Dirent[] {
  return fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** With `/` on every system. */
export function slashed(relative: string): string {
  return relative.split(path.sep).join("/");
}
