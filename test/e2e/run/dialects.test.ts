import path from "node:path";
import { describe, expect, test } from "vitest";
import { node, readArtifacts, runFlow, withRun } from "../../rigs/harness.ts";
import { COMMONJS, ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const DECORATED = `import { FlowSpec, main, parameter, retry, step } from "millrace";
class DialectFlow extends FlowSpec {
  @parameter({ help: "a number" }) factor = 2;
  declared!: string;
  product = 1;

  @retry({ times: 1 })
  @step
  start() {
    this.product = this.factor * 3;
    this.next(this.end);
  }

  @step() end() {
    this.product += 1;
  }
}
main(DialectFlow);
`;

describe("decorator dialects", () => {
  test.each([
    ["standard", STANDARD, ESM],
    ["experimentalDecorators", LEGACY, ESM],
    ["standard, in a CommonJS package", STANDARD, COMMONJS],
    ["experimentalDecorators, in a CommonJS package", LEGACY, COMMONJS],
  ])("a flow runs under %s", async (_, tsconfig, manifest) => {
    const cwd = makeProject({ "flow.ts": DECORATED, "tsconfig.json": tsconfig, "package.json": manifest });
    const run = await runFlow("./flow.ts", ["run", "--factor", "5"], { cwd });
    expect(run.stderr).toContain("succeeded DialectFlow");
    expect(readArtifacts(run, "start")).toEqual({ product: 15 });
    expect(readArtifacts(run, "end")).toEqual({ product: 16 });
    expect(run.summary.document.graph.steps[0]?.settings.retry?.times).toBe(1);
  });

  const byHand = (head: string) => `${head}
class PlainFlow extends FlowSpec {
  constructor() {
    super();
    this.factor = 2;
  }
  start() {
    this.product = this.factor * 3;
    this.next(this.end);
  }
  end() {}
}
const descriptor = (name) => Object.getOwnPropertyDescriptor(PlainFlow.prototype, name);
for (const name of ["start", "end"]) step(PlainFlow.prototype, name, descriptor(name));
retry({ times: 2 })(PlainFlow.prototype, "start", descriptor("start"));
parameter({ help: "a number" })(PlainFlow.prototype, "factor");
main(PlainFlow);
`;

  test.each([
    ["an ES module", "flow.mjs", byHand('import { FlowSpec, main, parameter, retry, step } from "millrace";')],
    [
      "a CommonJS module",
      "flow.cjs",
      byHand('const { FlowSpec, main, parameter, retry, step } = require("millrace");'),
    ],
  ])("plain JavaScript runs without decorators and without tsx, as %s", async (_, name, source) => {
    const cwd = makeProject({ [name]: source, "package.json": COMMONJS });
    const run = withRun(await node([path.join(cwd, name), "run", "--factor", "4"], { cwd }));
    expect(run.stderr).toContain("succeeded PlainFlow");
    expect(run.code).toBe(0);
    expect(readArtifacts(run, "end")).toEqual({ product: 12 });
    expect(run.summary.document.graph.steps[0]?.settings.retry?.times).toBe(2);
  });
});
