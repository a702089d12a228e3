import { mkdtempSync } from "node:fs";
import path from "node:path";

/** Every run gets a store of its own: nothing is found there that an earlier run left. */
export function freshFolder(parent: string): string {
  return path.join(mkdtempSync(path.join(parent, "run-")), "store");
}
