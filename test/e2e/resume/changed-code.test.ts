import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { flow, flowFolder } from "../cli/flow-folder.ts";
import { type CommandOptions, millrace, readArtifacts, tsx, withRun } from "../../rigs/harness.ts";

const BROKEN = flow(`  value = 0;
  @step start() {
    this.value = 1;
    this.next(this.double);
  }
  @step double() {
    this.value *= 2;
    this.next(this.end);
  }
  @step end() {
    throw new Error("not yet written");
  }`);

test("a fixed step goes on from what is finished; a changed finished step is reported and reused as it is", async () => {
  const cwd = flowFolder({ "flow.ts": BROKEN });
  const at: CommandOptions = { cwd, datastore: path.join(cwd, "store") };
  const change = (from: string, to: string) => {
    const file = path.join(cwd, "flow.ts");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(from, to));
  };
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);

  change('throw new Error("not yet written");', "this.value += 100;");
  const fixed = withRun(await millrace(["resume", "flow.ts"], at));
  expect(fixed.code, fixed.stderr).toBe(0);
  expect(fixed.stderr).not.toContain("warning");
  expect(readArtifacts(fixed, "end")).toEqual({ value: 102 });

  // Another compiler makes other text of the same source: that is no change.
  const same = await tsx("./flow.ts", ["resume"], at);
  expect(same.code, same.stderr).toBe(0);
  expect(same.stderr).not.toContain("warning");

  change("this.value *= 2;", "this.value *= 3;");
  const changed = withRun(await millrace(["resume", "flow.ts"], at));
  expect(changed.code).toBe(0);
  expect(changed.stderr).toMatch(/warning: the code of double has changed since[^]*To run it again: resume double/);
  expect(readArtifacts(changed, "end")).toEqual({ value: 102 });

  const again = withRun(await millrace(["resume", "flow.ts", "double"], at));
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).not.toContain("warning");
  expect(readArtifacts(again, "end")).toEqual({ value: 103 });
});
