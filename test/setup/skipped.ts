import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { tierOf } from "./tier.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder in which suites note that they were skipped. */
    readonly skippedSuites: string;
    /** Set by `MILLRACE_REQUIRE_ALL=1`: what cannot run here is a failure. */
    readonly mustRunAll: boolean;
  }
}

/** Suites that need what this machine lacks are named at the end of the run, so that nobody takes them for passed. */
export default function skippedSuites({ provide, config }: TestProject): () => void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-skipped-"));
  provide("skippedSuites", folder);
  provide("mustRunAll", process.env["MILLRACE_REQUIRE_ALL"] === "1");
  return () => {
    const notes = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
    fs.rmSync(folder, { recursive: true, force: true });
    if (notes.length > 0) process.stderr.write(`NOT TESTED on this machine:\n${notes.sort().join("")}\n`);
    const tier = tierOf(config.mode);
    if (tier === "quick") process.stderr.write("NOT RUN: the long suites. `npm run test:all` runs them, too.\n");
    if (tier === "long") process.stderr.write("NOT RUN: the soak suites. `npm run test:soak` runs them, too.\n");
  };
}
