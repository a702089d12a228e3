import fs from "node:fs";
import path from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { featureError } from "../feature-error.ts";
import { whereFilesAre } from "./where-files-are.ts";

const OPTIONS = { dot: true, expandDirectories: false } as const;

/**
 * The files that a path or pattern names, in the order of their names.
 *
 * @throws MillraceError where there is none
 */
export async function filesOf(pattern: string): Promise<readonly string[]> {
  // A file may be called like a pattern.
  if (fs.existsSync(pattern)) return [pattern];
  const files = isDynamicPattern(pattern)
    ? await glob(pattern, { ...OPTIONS, absolute: path.isAbsolute(pattern) })
    : [];
  if (files.length > 0) return files.sort();
  throw featureError(`no file matches ${pattern}`, {
    hint: whereFilesAre() ?? `paths are relative to ${process.cwd()}`,
  });
}
