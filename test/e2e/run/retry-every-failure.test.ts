import { beforeAll, describe, expect, test } from "vitest";
import { makeProject, STANDARD, ESM } from "../../rigs/project.ts";
import { type FlowRun, millrace, readArtifacts, tasksOf, withRun } from "../../rigs/harness.ts";

const FLOW = `import { FlowSpec, current, main, retry, step, type Inputs } from "millrace";
import { Run } from "millrace/client";

const isFirst = () => current.attempt === 0;

class FlakyFlow extends FlowSpec {
  files: unknown = undefined;
  kind: "csv" | "json" = "csv";
  side = "";
  rows: unknown = 0;

  @retry({ times: 1, delay: "0s" })
  @step async start() {
    if (isFirst()) await Run.get("FlakyFlow/20200101-000000000-aaaaa");
    this.next(this.list);
  }

  @retry({ times: 1, delay: "0s", on: (error) => String(error).includes("files") })
  @step list() {
    this.files = isFirst() ? 7 : ["a"];
    this.next(this.read, { foreach: "files" as never });
  }
  @step read() {
    this.next(this.collect);
  }
  @retry({ times: 1, delay: "0s" })
  @step collect(inputs: Inputs<FlakyFlow>) {
    this.kind = isFirst() ? ("parquet" as "csv") : "json";
    this.next({ csv: this.csv, json: this.json }, { condition: "kind" });
  }
  @step csv() {
    this.next(this.fork);
  }
  @step json() {
    this.next(this.fork);
  }
  @step fork() {
    this.next(this.left, this.right);
  }
  @step left() {
    this.side = "left";
    this.next(this.merge);
  }
  @step right() {
    this.side = "right";
    this.next(this.merge);
  }
  @retry({ times: 1, delay: "0s" })
  @step merge(inputs: Inputs<FlakyFlow>) {
    this.mergeArtifacts(inputs, isFirst() ? {} : { exclude: ["side"] });
    this.next(this.keep);
  }
  @retry({ times: 1, delay: "0s" })
  @step keep() {
    this.rows = isFirst() ? new WeakMap() : [1];
    this.next(this.end);
  }
  @step end() {}
}
main(FlakyFlow);
`;

describe("retry counts for every failure, whoever made the error", () => {
  let run: FlowRun;
  beforeAll(async () => {
    const cwd = makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM });
    run = withRun(await millrace(["run", "flow.ts"], { cwd }));
  });

  test.each([
    ["start", "an unknown run that the client is asked for"],
    ["list", "a foreach over a number, which `on` is asked about"],
    ["collect", "an unknown case of a switch"],
    ["merge", "artifacts that differ before a join"],
    ["keep", "a value that cannot be stored"],
  ])("step %s: %s", (step) => {
    expect(run.code, run.stderr).toBe(0);
    expect(tasksOf(run, step)[0]?.attempts.map(({ status }) => status)).toEqual(["failed", "succeeded"]);
  });

  test("the second attempt's values are kept", () => {
    expect(readArtifacts(run, "end")).toMatchObject({ rows: [1] });
  });
});

test("`on` may refuse an error of Millrace's as any other", async () => {
  const flow = `import { FlowSpec, main, retry, step } from "millrace";
class RefusingFlow extends FlowSpec {
  value: unknown = 0;
  @retry({ times: 3, on: (error) => (error as { code?: string }).code !== "MILLRACE_UNSTORABLE" })
  @step start() { this.value = new WeakSet(); this.next(this.end); }
  @step end() {}
}
main(RefusingFlow);
`;
  const cwd = makeProject({ "flow.ts": flow, "tsconfig.json": STANDARD, "package.json": ESM });
  const run = withRun(await millrace(["run", "flow.ts"], { cwd }));
  expect(run.code).toBe(1);
  expect(tasksOf(run, "start")[0]?.attempts).toHaveLength(1);
});

test("a package that cannot be loaded the first time is worth a retry, too", async () => {
  const shaky = `const fs = require("node:fs");
const seen = __dirname + "/seen";
// A worker may have been started for nothing: four of them in vain are more than that.
if (/worker\\.js$/.test(process.argv[1]) && !(fs.existsSync(seen) && fs.readFileSync(seen, "utf8").length >= 4)) {
  fs.appendFileSync(seen, ".");
  throw new Error("the licence server does not answer");
}
exports.answer = 42;
`;
  const flow = `import { FlowSpec, main, retry, step } from "millrace";
import { answer } from "shaky";
class ShakyFlow extends FlowSpec {
  value = 0;
  @retry({ times: 6 })
  @step start() { this.value = answer; this.next(this.end); }
  @step end() {}
}
main(ShakyFlow);
`;
  const cwd = makeProject({
    ...{ "flow.ts": flow, "tsconfig.json": STANDARD, "package.json": ESM },
    "node_modules/shaky/package.json": '{ "name": "shaky", "version": "1.0.0", "main": "index.js" }',
    "node_modules/shaky/index.js": shaky,
  });
  const run = withRun(await millrace(["run", "flow.ts", "--max-workers", "1"], { cwd }));
  expect(run.code, run.stderr).toBe(0);
  expect(tasksOf(run, "start")[0]?.attempts[0]).toMatchObject({ status: "failed" });
  expect(readArtifacts(run, "end")).toEqual({ value: 42 });
});
