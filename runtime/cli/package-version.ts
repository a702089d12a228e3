import fs from "node:fs";
import { ownFile } from "../own-file.ts";

/** Millrace's own version. */
export function packageVersion(): string {
  const { version } = JSON.parse(fs.readFileSync(ownFile("../package.json"), "utf8")) as { version: string };
  return version;
}
