import fs from "node:fs";
import { brokenInvariant } from "../../sdk/base/millrace-error.ts";
import { ownFile } from "../own-file.ts";
import { versionIn } from "../package/version-in.ts";

/** Millrace's own version. */
export function packageVersion(): string {
  const version = versionIn(fs.readFileSync(ownFile("../package.json"), "utf8"));
  if (version === null) throw brokenInvariant("package.json has no version");
  return version;
}
