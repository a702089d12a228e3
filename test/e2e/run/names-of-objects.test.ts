import path from "node:path";
import { expect, test } from "vitest";
import { Run } from "millrace/client";
import { millrace, readArtifacts, resultOf, tsx, withRun } from "../../rigs/harness.ts";
import { makeProject } from "../../rigs/project.ts";

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty"];

const FLOW = `
import { FlowSpec, main, step, type Inputs } from "millrace";

const NAMES = ${JSON.stringify(NAMES)};

class Names extends FlowSpec {
  @step start() {
    for (const name of NAMES) {
      const value = [name];
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
    }
    this.next(this.left, this.right);
  }
  @step left() {
    this.next(this.both);
  }
  @step right() {
    this.next(this.both);
  }
  @step both(inputs: Inputs<Names>) {
    this.mergeArtifacts(inputs);
    this.next(this.end);
  }
  @step end() {
    if (process.env["FAILS"] === "yes") throw new Error("asked to fail");
  }
}
main(Names);
`;

test("own fields named as what all objects have pass through steps, a join, a resume, the client and dump --json", async () => {
  const folder = makeProject({ "flow.ts": FLOW });
  const at = { cwd: folder, datastore: path.join(folder, "store") };
  const failed = await tsx("./flow.ts", ["run"], { ...at, env: { FAILS: "yes" } });
  expect(failed.code, failed.stderr).toBe(1);
  const resumed = await tsx("./flow.ts", ["resume"], at);
  expect(resumed.code, resumed.stderr).toBe(0);
  const run = withRun(resumed);
  for (const step of ["start", "left", "both", "end"]) {
    expect(Object.keys(resultOf(run, step).artifacts).sort()).toEqual([...NAMES].sort());
    const values = readArtifacts(run, step);
    const own = NAMES.map((name): unknown => Object.getOwnPropertyDescriptor(values, name)?.value);
    expect(own).toEqual(NAMES.map((name) => [name]));
  }
  const { data } = await Run.get("Names/latest", { datastore: at.datastore });
  for (const name of NAMES) expect(await data[name]).toEqual([name]);
  const dump = await millrace(["dump", "flow.ts", "latest/end", "--json"], at);
  expect(dump.code, dump.stderr).toBe(0);
  for (const name of NAMES) expect(dump.stdout).toContain(JSON.stringify(name));
});
