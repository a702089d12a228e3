import path from "node:path";
import { accessSync, constants } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import type { Need } from "../describe-with.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const program = onPath();

export const CHROMIUM: Need = {
  name: "Chromium",
  missing: program === null ? `none of ${NAMES.join(", ")} is on the PATH` : null,
};

/** Starts the Chromium of this machine. */
export function startBrowser(): Promise<Browser> {
  if (program === null) throw new Error(CHROMIUM.missing ?? "");
  // Its sandbox cannot be set up by root, which containers often are.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: program, args });
}

function onPath(): string | null {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
