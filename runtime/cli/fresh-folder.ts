import fs from "node:fs";
import { MillraceError } from "../../sdk/base/millrace-error.ts";

/** A folder to write a package to. What lies there already would be taken for a part of it. */
export function freshFolder(folder: string): string {
  const isFolder = fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined || (isFolder && fs.readdirSync(folder).length === 0)) return folder;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot write the package because ${isFolder ? "the folder is not empty" : "a file of that name exists"}: ${folder}`,
    hint: "name a new folder with --output",
  });
}
