import { beforeAll, expect, test } from "vitest";
import { logText } from "../../../runtime/datastore/stored-log-line.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { type FlowRun, millrace, readArtifacts, tasksOf, withRun } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject, STANDARD } from "../../rigs/project.ts";
import { IN_CONTAINERS } from "./containers.ts";

const WATCHED = `import { decorator } from "millrace";
import { told } from "./told.ts";
export const watched = decorator({
  name: "watched",
  options: { label: "plain" },
  settings: ({ label }) => ({ env: { vars: { LABEL: label } } }),
  before({ stepName, attempt }) {
    told(\`before \${stepName} \${attempt} \${process.env.LABEL}\`);
  },
  async around(next, { flow, stepName }) {
    await next();
    (flow as unknown as { seen: string[] }).seen.push(stepName);
  },
  after({ stepName }, { status, error }) {
    if (status !== "succeeded") told(\`\${stepName} \${status}: \${(error as Error).message}\`);
  },
});
`;

const FLOW = `import { catchError, current, FlowSpec, main, retry, step } from "millrace";
import { watched } from "./lib/watched.ts";

@watched({ label: "class" })
class BoxedFlow extends FlowSpec {
  seen: string[] = [];
  engine = "";
  problem: unknown;

  @watched @step start() {
    this.engine = current.engine;
    this.next(this.flaky);
  }
  @retry({ times: 1 }) @step flaky() {
    if (current.attempt === 0) throw new Error("not yet");
    this.next(this.hopeless);
  }
  @catchError({ as: "problem" }) @step hopeless() {
    if (this.seen.length > 0) throw new Error("never");
    this.next(this.end);
  }
  @step end() {}
}
main(BoxedFlow);
`;

/** Output of each attempt of a step. */
function outputs(run: FlowRun, step: string): string[] {
  const { task, attempt: last } = tasksOf(run, step)[0]!;
  const record = run.store.record(run.flow, run.run);
  return Array.from({ length: last + 1 }, (_, attempt) => logText(record.log({ step, task, attempt }), "stdout"));
}

describeWith(DOCKER, "decorators of a flow's own, run --with docker", () => {
  let cwd: string;
  let boxed: FlowRun;

  beforeAll(async () => {
    cwd = makeProject({
      "package.json": ESM,
      "tsconfig.json": STANDARD,
      "flow.ts": FLOW,
      "lib/watched.ts": WATCHED,
      "lib/told.ts": "export const told = (text: string): void => console.log(`told: ${text}`);\n",
    });
    boxed = withRun(await millrace(["run", "flow.ts", "--with", "docker"], { cwd, env: IN_CONTAINERS }));
  });

  test("surround each attempt there, with the options of the step or the class", () => {
    expect(boxed.code, boxed.stderr).toBe(0);
    expect(outputs(boxed, "start")).toEqual(["told: before start 0 plain\n"]);
    expect(outputs(boxed, "flaky")).toEqual([
      "told: before flaky 0 class\ntold: flaky failed: not yet\n",
      "told: before flaky 1 class\n",
    ]);
    expect(outputs(boxed, "hopeless")).toEqual(["told: before hopeless 0 class\ntold: hopeless caught: never\n"]);
  });

  test("set fields, which come back as artifacts", () => {
    const { seen, engine, problem } = readArtifacts(boxed, "end");
    expect({ seen, engine }).toEqual({ seen: ["start", "flaky", "end"], engine: "docker" });
    expect(problem).toMatchObject({ message: "never" });
  });

  test("come there by --with too, under experimentalDecorators", async () => {
    const plain = `import { FlowSpec, main, step } from "millrace";
      import "./lib/watched.ts";
      class PlainFlow extends FlowSpec { seen: string[] = []; @step({ start: true, end: true }) only() {} }
      main(PlainFlow);`;
    const folder = makeProject({
      "package.json": ESM,
      "tsconfig.json": LEGACY,
      "flow.ts": plain,
      "lib/watched.ts": WATCHED,
      "lib/told.ts": "export const told = (text: string): void => console.log(text);\n",
    });
    const args = ["run", "flow.ts", "--with", "watched:label=added", "--with", "docker"];
    const run = withRun(await millrace(args, { cwd: folder, env: IN_CONTAINERS }));
    expect(run.code, run.stderr).toBe(0);
    expect(outputs(run, "only")).toEqual(["before only 0 added\n"]);
    expect(readArtifacts(run, "only")).toMatchObject({ seen: ["only"] });
  });
});
