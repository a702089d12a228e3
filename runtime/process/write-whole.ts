import { randomBytes } from "node:crypto";
import fs from "node:fs";

/**
 * Writes a file that appears whole or not at all: whoever reads it meanwhile finds what was there before.
 *
 * @param pieces - the content, one after the other
 * @throws what the file system says; nothing is left behind then
 */
export function writeWhole(file: string, pieces: string | readonly (string | Uint8Array)[]): void {
  const draft = `${file}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const descriptor = fs.openSync(draft, "wx");
    try {
      for (const piece of typeof pieces === "string" ? [pieces] : pieces) fs.writeFileSync(descriptor, piece);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw error;
  }
}
