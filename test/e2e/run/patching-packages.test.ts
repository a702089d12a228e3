import path from "node:path";
import { expect, test } from "vitest";
import { logOf, readArtifacts, runFlow } from "../../rigs/harness.ts";
import { ESM, makeProject } from "../../rigs/project.ts";

/** As graceful-fs does. */
const PATCHER = `
const fs = require("fs");
const { closeSync } = fs;
fs.closeSync = (descriptor) => closeSync(descriptor);
fs.closeSync.isPatched = true;
`;

const FLOW = `
import fs from "node:fs";
import { FlowSpec, main, step, type Inputs } from "millrace";

const { log } = console;
console.log = (...words) => log("[flow]", ...words);

class PatchedFlow extends FlowSpec {
  items = Array.from({ length: 8 }, (_, at) => at);
  pid = 0;
  isPatched = false;
  @step start() { this.next(this.work, { foreach: "items" }); }
  @step async work() {
    await import("patcher");
    console.log("hi");
    this.pid = process.pid;
    this.isPatched = "isPatched" in fs.closeSync;
    this.next(this.join);
  }
  @step join(inputs: Inputs<PatchedFlow>) {
    this.items = [...new Set(inputs.map(({ pid }) => pid))];
    this.isPatched = inputs.every(({ isPatched }) => isPatched);
    this.next(this.end);
  }
  @step end() {}
}
main(PatchedFlow);
`;

test("a package that patches built-ins when a step loads it costs no process, and what modules patch is patched once", async () => {
  const folder = makeProject({
    "flow.ts": FLOW,
    "package.json": ESM,
    "node_modules/patcher/package.json": '{ "name": "patcher", "version": "1.0.0", "main": "index.js" }',
    "node_modules/patcher/index.js": PATCHER,
  });
  const run = await runFlow(path.join(folder, "flow.ts"), ["run", "--max-workers", "1"]);
  expect(run.code, run.stderr).toBe(0);
  const { items, isPatched } = readArtifacts(run, "end");
  expect(items).toHaveLength(1);
  expect(isPatched).toBe(true);
  const lines = Array.from({ length: 8 }, (_, index) => logOf(run, "work", { index }).trim());
  expect(lines).toEqual(Array.from({ length: 8 }, () => "[flow] hi"));
}, 60_000);
