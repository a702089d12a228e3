import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import type { SeenRequest } from "../../rigs/aws/proxy/fault.ts";
import { foreach, type SampleEvent, SampleRun, started, succeeded } from "../../datastore/sample-store.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { flow, flowFolder } from "../cli/flow-folder.ts";
import { millrace, readArtifacts, tsx, withRun } from "../../rigs/harness.ts";
import { serviceForFile } from "./bucket-for-file.ts";

const TASKS = 1000;
const MANY = 10_000;

/** What an account is billed for, by kind. */
function countOf(requests: readonly SeenRequest[]): string {
  const counts = new Map<string, number>();
  for (const { op } of requests) counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, count]) => `${count} ${op}`).join(", ");
}

/** A foreach of ten thousand whose tasks have all run, in the words of a scheduler. */
function* manyTasks(): Generator<SampleEvent> {
  yield { type: "run-started" };
  yield started("start", 1, { kind: "start" });
  yield succeeded(1, foreach(MANY));
  for (let index = 0; index < MANY; index += 1) yield started("train", index + 2, { kind: "child", split: 1, index });
  for (let index = 0; index < MANY; index += 1) yield succeeded(index + 2, { kind: "linear", target: "join" });
  yield started("join", MANY + 2, { kind: "join", split: 1 });
  yield succeeded(MANY + 2, { kind: "linear", target: "end" });
  yield started("end", MANY + 3, { kind: "next", after: MANY + 2 });
  yield succeeded(MANY + 3, { kind: "end" });
  yield { type: "run-finished", status: "succeeded", reason: null };
}

describeWith(MOTO, "requests to a bucket are part of the contract", () => {
  const service = serviceForFile();

  test("a foreach of 1,000 trivial tasks takes at most 3 a task", async () => {
    const at = service().machine(await service().store());
    const run = withRun(await tsx("thousand.ts", ["run"], at));
    const seen = await service().proxy.requests();
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ sum: TASKS * (TASKS - 1), isInOrder: true });
    expect(seen.length, countOf(seen)).toBeLessThanOrEqual(3 * TASKS);
  });

  test("what is shown of a run of 10,000 tasks takes tens", async () => {
    const datastore = await service().store();
    const sample = new SampleRun(openDatastore(datastore), "r1");
    sample.events(...manyTasks());
    const cwd = flowFolder({ "flow.ts": SAMPLE });
    const at = { ...service().machine(datastore), cwd };
    for (const command of ["status", "runs"]) {
      await service().proxy.clear();
      const shown = await millrace([command, "flow.ts", "--json"], at);
      const seen = await service().proxy.requests();
      expect(shown.code, shown.stderr).toBe(0);
      expect(seen.length, `${command}: ${countOf(seen)}`).toBeLessThanOrEqual(60);
      if (command === "status") expect(shown.stdout.split('"succeeded"').length).toBeGreaterThan(MANY);
    }
  });

  test("a list of 100 runs takes a few a run", async () => {
    const datastore = await service().store();
    const store = openDatastore(datastore);
    for (let at = 0; at < 100; at += 1) new SampleRun(store, `r${at}`).events({ type: "run-started" });
    const cwd = flowFolder({ "flow.ts": SAMPLE });
    const shown = await millrace(["runs", "flow.ts", "--limit", "100", "--json"], {
      ...service().machine(datastore),
      cwd,
    });
    const seen = await service().proxy.requests();
    expect(shown.code, shown.stderr).toBe(0);
    expect(JSON.parse(shown.stdout)).toHaveLength(100);
    // Where that takes long, what was fetched ahead is too old, and three of the six are asked for again.
    expect(seen.length, countOf(seen)).toBeLessThanOrEqual(100 * (6 + 3) + 20);
  });

  test("one artifact of a megabyte is sent once by each process, however many tasks pass it on", async () => {
    const at = service().machine(await service().store());
    const cwd = flowFolder({ "flow.ts": PASSED_ON });
    const run = await millrace(["run", "flow.ts", "--max-workers", "2"], { ...at, cwd });
    expect(run.code, run.stderr).toBe(0);
    const seen = await service().proxy.requests();
    const large = seen.filter(({ requestBytes, op }) => op === "put" && requestBytes > 1e6);
    expect(large.length).toBeGreaterThan(0);
    expect(large.length).toBeLessThanOrEqual(3);
  });
});

const SAMPLE = `import { FlowSpec, main, step } from "millrace";
class Sample extends FlowSpec {
  @step start() { this.next(this.end); }
  @step end() {}
}
main(Sample);
`;

const PASSED_ON = flow(`
  big!: Uint8Array;
  numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  @step start() {
    this.big = new Uint8Array(1_100_000).fill(5);
    this.next(this.each, { foreach: "numbers" });
  }
  @step each() {
    if (this.big[7] !== 5) throw new Error("another one");
    this.next(this.join);
  }
  @step join(inputs: any) {
    this.mergeArtifacts(inputs);
    this.next(this.end);
  }
  @step end() {}`);
