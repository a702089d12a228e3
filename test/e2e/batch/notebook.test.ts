import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, ROOT, temporaryFolder } from "../../rigs/harness.ts";
import { accountForFile, BATCH } from "./batch-for-file.ts";

const CELLS = [
  `import { FlowSpec, current, step } from "millrace";
import { Runner } from "millrace/testing";
class CellFlow extends FlowSpec {
  engine = "";
  product = 0;
  @step start() { this.engine = current.engine; this.next(this.end); }
  @step end() { this.product = 6 * 7; }
}`,
  `const { run, status } = await new Runner(CellFlow, { with: ["batch"] }).run();
console.log(status, await run.data.engine, await run.data.product);`,
];

describeWith(BATCH, "a notebook", () => {
  const account = accountForFile();

  test("runs a flow that a cell defines on AWS Batch, and reads what it left", async () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, "node_modules"));
    fs.symlinkSync(ROOT, path.join(folder, "node_modules/millrace"), "dir");
    fs.writeFileSync(path.join(folder, "package.json"), "{}");
    const cells = CELLS.map((source, at) => ({
      cell_type: "code",
      id: `cell-${at}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    }));
    const file = path.join(folder, "cells.ipynb");
    fs.writeFileSync(file, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    const machine = await account().machine();
    const { code, stderr } = await millrace(["notebook", "run", file], { ...machine, cwd: folder });
    expect(code, stderr).toBe(0);
    const saved = fs.readFileSync(file, "utf8");
    expect(saved).toContain("succeeded batch 42");
    expect(await machine.jobs()).toHaveLength(2);
  });
});
