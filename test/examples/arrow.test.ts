import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type FlowRun, logOf, millrace, resultOf, ROOT, runFlow, tasksOf } from "../rigs/harness.ts";
import { COMMONJS, ESM, LEGACY, link, makeProject } from "../rigs/project.ts";

let run: FlowRun;

beforeAll(async () => {
  run = await runFlow(path.join(ROOT, "examples/arrow/flow.ts"));
});

describe("the flow of Arrow tables", () => {
  test("hands each task its own table and finds that evenings are late", () => {
    expect(run.code).toBe(0);
    expect(tasksOf(run, "summarize")).toHaveLength(4);
    const lines = logOf(run, "end").trimEnd().split("\n");
    const flights = lines.map((line) => Number(/(\d+) flights/.exec(line)?.[1]));
    expect(flights.reduce((sum, count) => sum + count)).toBe(200_000);
    const late = lines.map((line) => Number(/([\d.]+) %/.exec(line)?.[1]));
    expect(late.indexOf(Math.max(...late))).toBe(3);
  });

  test("leaves tables that are listed without the library, with what to import to read them", async () => {
    const { type, size } = resultOf(run, "end").artifacts["summary"]!;
    expect(type).toBe("Table");
    // A flow of the same name that knows nothing of Arrow.
    const file = path.join(makeProject({ "flow.ts": PLAIN, "tsconfig.json": LEGACY, "package.json": ESM }), "flow.ts");
    const dump = (...more: string[]) => millrace(["dump", file, "latest/end", ...more], { datastore: run.datastore });
    expect((await dump()).stdout).toMatch(/summary +Table +[\d.]+ kB/);
    expect(size).toBeGreaterThan(1000);
    expect((await dump("--artifact", "summary")).stdout).toContain('write import "millrace/arrow" where it is read');
  });
});

test.each([
  ["ES modules", ESM],
  ["CommonJS", COMMONJS],
])("tables pass from step to step in a project of %s", async (_kind, manifest) => {
  const folder = makeProject({ "flow.ts": SMALL, "tsconfig.json": LEGACY, "package.json": manifest });
  link(path.join(ROOT, "node_modules/apache-arrow"), path.join(folder, "node_modules/apache-arrow"));
  const small = await runFlow(path.join(folder, "flow.ts"), ["run"], { cwd: folder });
  expect(small.summary.status, small.stderr).toBe("succeeded");
  expect(logOf(small, "end")).toBe("true 3 b\n");
});

const SMALL = `import "millrace/arrow";
import { Table, tableFromArrays } from "apache-arrow";
import { FlowSpec, main, step } from "millrace";
class SmallFlow extends FlowSpec {
  table!: Table;
  @step start() {
    this.table = tableFromArrays({ n: Int32Array.of(1, 2, 3), s: ["a", "b", "a"] });
    this.next(this.end);
  }
  @step end() {
    console.log(this.table instanceof Table, this.table.numRows, this.table.get(1)!.s);
  }
}
main(SmallFlow);
`;

const PLAIN = `import { FlowSpec, main, step } from "millrace";
class DelayFlow extends FlowSpec {
  @step start() {
    this.next(this.end);
  }
  @step end() {}
}
main(DelayFlow);
`;
