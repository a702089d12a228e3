import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Need } from "../describe-with.ts";
import { ROOT } from "../harness.ts";

export interface PythonEnvironment extends Need {
  /** A program of the environment. */
  program(name: string): string;
}

/** What `scripts/python/NAME.txt` lists, installed once on a machine. */
export function pythonEnvironment(name: string): PythonEnvironment {
  const script = path.join(ROOT, "scripts/ensure-python.mjs");
  const found = spawnSync(process.execPath, [script, name], { encoding: "utf8" });
  const missing = found.status === 0 ? null : found.stderr.trim();
  return { name, missing, program: (program) => path.join(found.stdout.trim(), "bin", program) };
}
