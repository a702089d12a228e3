import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ownFile } from "../../own-file.ts";
import type { StepPackages } from "./resolution-place.ts";

const PRELOAD = "millrace-preload-";

/**
 * Writes the program that every process of a step with `@env({ packages })` loads first, beside the packages: options of
 * Node name files, and say nothing else. Another Millrace on this machine writes another.
 *
 * @returns where it lies
 */
export function writePreload({ folder, packages }: Omit<StepPackages, "home">): string {
  const program = JSON.stringify(ownFile("environment.cjs"));
  const text = `require(${program}).loadStepPackages(${JSON.stringify({ folder, packages })}, __filename);\n`;
  const file = path.join(folder, `${PRELOAD}${createHash("sha256").update(text).digest("hex").slice(0, 16)}.cjs`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(folder, { recursive: true });
  const aside = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  fs.writeFileSync(aside, text);
  fs.renameSync(aside, file);
  return file;
}

/** True for such a program of any step, which whoever starts Node hands on among its options. */
export function isPreload(file: string): boolean {
  return path.basename(file).startsWith(PRELOAD);
}
