import fs from "node:fs";

/** Nobody is to write into it; what removes it needs no right to. */
const READ_ONLY = 0o444;

/** Less what the user's umask took away. On Windows such a file could not be removed any more. */
export function makeReadOnly(file: string): void {
  if (process.platform === "win32") return;
  fs.chmodSync(file, fs.statSync(file).mode & READ_ONLY);
}
