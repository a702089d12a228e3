import fs from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { type FlowRun, logOf, millrace, tsx } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";

const CHILD = `
import { FlowSpec, main, parameter, step } from "millrace";
export class TrainFlow extends FlowSpec {
  @parameter() rate = 0.1;
  score = 0;
  @step start() {
    this.score = this.rate * 10;
    this.next(this.end);
  }
  @step end() {}
}
main(TrainFlow);
`;

const PARENT = `
import { FlowSpec, main, step } from "millrace";
import { Runner } from "millrace/testing";
import { TrainFlow } from "./flows/train.ts";

export class SideFlow extends FlowSpec {
  @step start() { this.next(this.end); }
  @step end() { console.log("beside"); }
}

class SearchFlow extends FlowSpec {
  scores: number[] = [];
  @step async start() {
    for (const rate of [0.5, 2]) {
      const { run, status } = await new Runner(TrainFlow, { show: false }).run({ rate });
      console.log("train", status);
      this.scores.push(await run.data.score);
    }
    const { run, status } = await new Runner(SideFlow, { show: false }).run();
    console.log(run.pathspec.split("/")[0], status);
    this.next(this.end);
  }
  @step end() {}
}
main(SearchFlow);
`;

function check(run: FlowRun): void {
  expect(run.code, run.stderr).toBe(0);
  expect(logOf(run, "start", { stream: "stdout" })).toBe("train succeeded\ntrain succeeded\nSideFlow succeeded\n");
  // In the run's own store, where the client of the step finds them too.
  const flows = openDatastore(run.datastore).flows();
  expect([...flows].sort()).toEqual(["SearchFlow", "SideFlow", "TrainFlow"]);
}

/** The run that is not of a step is the parent. */
function parentOf(finished: Awaited<ReturnType<typeof millrace>>): FlowRun {
  const store = openDatastore(finished.datastore);
  const [run = ""] = store.runs("SearchFlow");
  return { ...finished, flow: "SearchFlow", run, store, summary: readRun(store, { flow: "SearchFlow", run }) };
}

test.each([
  ["standard", STANDARD],
  ["legacy", LEGACY],
])("a step runs a class that it imports, and one of its own file, under %s decorators", async (_, tsconfig) => {
  const files = { "flow.ts": PARENT, "flows/train.ts": CHILD, "tsconfig.json": tsconfig, "package.json": ESM };
  const folder = makeProject(files);
  check(parentOf(await millrace(["run", "flow.ts"], { cwd: folder })));
  check(parentOf(await tsx(path.join(folder, "flow.ts"), ["run"], { cwd: folder })));
});

const SLEEPS = `
import fs from "node:fs";
import { FlowSpec, main, step } from "millrace";
export class SleepFlow extends FlowSpec {
  @step async start() {
    fs.writeFileSync("pid", String(process.pid));
    await new Promise((resolve) => setTimeout(resolve, 120_000));
    this.next(this.end);
  }
  @step end() {}
}
main(SleepFlow);
`;

const IMPATIENT = `
import fs from "node:fs";
import { FlowSpec, main, step, timeout } from "millrace";
import { Runner } from "millrace/testing";
import { SleepFlow } from "./sleep.ts";
class ImpatientFlow extends FlowSpec {
  @timeout({ seconds: 12 })
  @step async start() {
    await new Runner(SleepFlow, { show: false }).run();
    this.next(this.end);
  }
  @step end() {}
}
main(ImpatientFlow);
`;

test("a run that a step started ends when the step is stopped at its time limit, with its processes", async () => {
  const files = { "flow.ts": IMPATIENT, "sleep.ts": SLEEPS, "tsconfig.json": STANDARD, "package.json": ESM };
  const cwd = makeProject(files);
  const finished = await millrace(["run", "flow.ts"], { cwd });
  expect(finished.code, finished.stderr).toBe(1);
  const pid = Number(fs.readFileSync(path.join(cwd, "pid"), "utf8"));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), { timeout: 10_000 });
});
