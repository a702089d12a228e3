import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder in which suites note that they were skipped. */
    readonly skippedSuites: string;
    /** Set by `MILLRACE_REQUIRE_ALL=1`: what cannot run here is a failure. */
    readonly mustRunAll: boolean;
  }
}

/** Suites that need what this machine lacks are named at the end of the run, so that nobody takes them for passed. */
export default function skippedSuites({ provide }: TestProject): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-skipped-"));
  provide("skippedSuites", folder);
  provide("mustRunAll", process.env["MILLRACE_REQUIRE_ALL"] === "1");
  return () => {
    const notes = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
    fs.rmSync(folder, { recursive: true, force: true });
    if (notes.length > 0) process.stderr.write(`NOT TESTED on this machine:\n${notes.sort().join("")}\n`);
  };
}
