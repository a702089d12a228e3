import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type FlowRun, folderOfFile, millrace, runFlow, tasksOf, temporaryFolder } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

const FLOW = `
import { current, FlowSpec, main, parameter, resources, step, type Inputs } from "millrace";

class AdmittedFlow extends FlowSpec {
  @parameter() dying = 0;
  items = [1, 2, 3, 4];

  @step start() { this.next(this.fit, { foreach: "items" }); }

  @resources({ memory: 900 }) @step fit(item: number) {
    if (item === 3 && current.attempt < this.dying) fill();
    this.next(this.join);
  }

  @step join(inputs: Inputs<AdmittedFlow>) { this.next(this.end); }
  @step end() {}
}

/** Until V8 gives up. */
function fill(): void {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, at) => at + Math.random()));
}

main(AdmittedFlow);
`;

const SMALL_HEAP = { NODE_OPTIONS: "--max-old-space-size=64" };
const LIMITS = ["--max-workers", "4", "--max-memory", "1000"];
let file = "";
let datastore = "";
beforeAll(async () => {
  file = path.join(makeProject({ "flow.ts": FLOW, "tsconfig.json": STANDARD, "package.json": ESM }), "flow.ts");
  datastore = folderOfFile();
  const first = await runFlow(file, ["run", "--json", ...LIMITS], { datastore });
  expect(first.code, first.stderr).toBe(0);
  expect(atOnce(first)).toBe(1);
});

function run(...args: readonly string[]): Promise<FlowRun> {
  return runFlow(file, ["run", "--json", ...LIMITS, ...args], { datastore, env: SMALL_HEAP });
}

/** The most tasks of the foreach that had been started and had not ended at one moment. */
function atOnce(ended: FlowRun): number {
  let [now, most] = [0, 0];
  for (const event of ended.events) {
    if (event.type === "task-started" && event.step === "fit") most = Math.max(most, (now += 1));
    if (event.type === "task-succeeded" && event.result.includes("/fit/")) now -= 1;
  }
  return most;
}

describe("run --admit usage", () => {
  test("packs tasks by what past ones used instead of what they ask for, and says so", async () => {
    const ended = await run("--admit", "usage");
    expect(ended.code, ended.stderr).toBe(0);
    expect(atOnce(ended)).toBeGreaterThan(1);
    expect(ended.stderr).toMatch(
      /note: fit: counts as cpu [\d.]+ and memory \d+ MB, as past tasks used; asks for memory 900 MB\n/,
    );
    expect(ended.stderr).toContain("note: 20 % of the memory is kept free");
  });

  test("goes by what steps ask for where there are no past runs", async () => {
    const ended = await runFlow(file, ["run", "--json", ...LIMITS, "--admit", "usage"]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(atOnce(ended)).toBe(1);
    expect(ended.stderr).toContain("note: start, fit, join, end: no past runs; what they ask for counts\n");
  });

  test("gives a task that runs out of memory another attempt, once, with all that it asks for", async () => {
    const ended = await run("--admit", "usage", "--dying", "1");
    expect(ended.code, ended.stderr).toBe(0);
    const attempts = tasksOf(ended, "fit").map((task) => task.attempts.map(({ error }) => error?.code ?? null));
    expect(attempts[2]).toEqual(["MILLRACE_OUT_OF_MEMORY", null]);
    expect(attempts.flat()).toHaveLength(5);
    expect(ended.stderr).toMatch(/failed fit\/\d+ 3 attempt 0, again at once with all that it asks for\n/);
  });

  test("fails a task that runs out of memory again, as its own limit on retries says", async () => {
    const own = { datastore: temporaryFolder(), env: SMALL_HEAP };
    await runFlow(file, ["run", "--json", ...LIMITS], own);
    const dying = ["run", "--json", ...LIMITS, "--admit", "usage", "--dying", "9"];
    const ended = await runFlow(file, dying, own);
    expect(ended.code).toBe(1);
    expect(tasksOf(ended, "fit")[2]?.attempts).toHaveLength(2);
    // From now on the step counts as all that it asks for: no packing can have hurt it.
    const next = await runFlow(file, dying, own);
    expect(next.code).toBe(1);
    expect(tasksOf(next, "fit")[2]?.attempts).toHaveLength(1);
  });

  test("and without it, a task that runs out of memory has failed", async () => {
    const ended = await run("--dying", "1");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("V8's heap was full");
    expect(tasksOf(ended, "fit")[2]?.attempts).toHaveLength(1);
  });

  test("takes no other word", async () => {
    const ended = await millrace(["run", file, "--admit", "usages"], { cwd: path.dirname(file) });
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stderr).toContain("asked, usage");
  });
});
