import { randomBytes } from "node:crypto";
import path from "node:path";

const RANDOM_BYTES = 9;

/**
 * A name in that folder for what is not whole yet. It is random, as other machines and containers with the same process
 * ids may write to the same folder.
 */
export function temporaryName(folder: string): string {
  return path.join(folder, `.tmp-${process.pid}-${randomBytes(RANDOM_BYTES).toString("hex")}`);
}
