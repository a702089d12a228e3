import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";

/** One for the whole file: its tests run at the same time, and each takes a folder in it. */
const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "millrace-resume-")));
afterAll(() => fs.rmSync(root, { recursive: true, force: true, maxRetries: 3 }));

/** A datastore, and a file in which bodies leave a line each time they run. */
export interface Scene {
  readonly datastore: string;
  readonly env: { readonly TRACE: string };
  /** The lines so far, sorted: tasks of different branches run in any order. */
  ran(): string[];
}

export function scene(): Scene {
  const folder = fs.mkdtempSync(path.join(root, "scene-"));
  const file = path.join(folder, "trace");
  return {
    datastore: path.join(folder, "store"),
    env: { TRACE: file },
    ran: () => (fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n").sort() : []),
  };
}
