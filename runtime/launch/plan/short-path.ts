import path from "node:path";
import process from "node:process";

/** A file as the user would name it: relative to where the command runs, if it lies there. */
export function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return path.isAbsolute(file) && relative !== "" && !/^\.\.([\\/]|$)/.test(relative) && !path.isAbsolute(relative)
    ? relative
    : file;
}

/** An error's record with its file named so. */
export function withShortPath<Record extends { readonly file?: string } | null>(error: Record): Record {
  return error?.file === undefined ? error : { ...error, file: shortPath(error.file) };
}
