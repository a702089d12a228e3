import { realpathSync } from "node:fs";
import path from "node:path";

const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".tsx", ".jsx"];

/** Whether a file is what Node was started with, be it named with its extension or without. */
export function isEntryPoint(file: string): boolean {
  const entry = process.argv[1];
  if (entry === undefined) return false;
  const own = realPath(file);
  if (own === null) return false;
  const candidates = [entry, ...EXTENSIONS.flatMap((ext) => [entry + ext, path.join(entry, `index${ext}`)])];
  return candidates.some((candidate) => realPath(candidate) === own);
}

/** Null for what is not there. */
export function realPath(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}
