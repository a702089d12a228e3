import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { makeQueue } from "../../rigs/aws/queue.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { startFlow } from "../resume/started-flow.ts";
import { accountForFile, BATCH } from "./batch-for-file.ts";

const STUMBLE = flow("stumble.ts");
const DESCRIBED = { op: "batch", key: "describejobs" } as const;

function flow(name: string): string {
  return fileURLToPath(new URL(`flows/${name}`, import.meta.url));
}

describeWith(BATCH, "run --with batch", () => {
  const account = accountForFile();

  test("an error of the flow's is told with its place in the source, and each retry is a job of its own", async () => {
    const machine = await account().machine();
    const args = ["run", STUMBLE, "--with", "batch", "--with", "retry:times=1,delay=0s", "--how", "throw"];
    const run = withRun(await millrace(args, machine));
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toMatch(/RangeError: stumbled over a stone/);
    expect(run.stderr).toMatch(/stumble\.ts:12/);
    expect(readArtifacts(run, "start")).toMatchObject({ engine: "batch" });
    expect((await machine.jobs()).map(({ status }) => status).sort()).toEqual(["FAILED", "SUCCEEDED", "SUCCEEDED"]);
    const logs = await millrace(["logs", STUMBLE, "latest/start"], machine);
    expect(logs.stdout).toContain("attempt 1");
  });

  test.each([
    { on: "FARGATE_SPOT", isOnSpot: true },
    { on: "MIXED", isOnSpot: undefined },
  ] as const)("whether an attempt was on Spot is recorded where its queue tells: $on", async ({ on, isOnSpot }) => {
    const machine = await account().machine();
    const queue = await makeQueue(account().url, { on });
    const engine = `batch:queue=${queue},executionRole=arn:aws:iam::123456789012:role/starts`;
    const args = ["run", STUMBLE, "--with", engine, "--with", "retry:times=1,delay=0s", "--how", "throw"];
    const run = withRun(await millrace(args, machine));
    expect(run.code, run.stderr).toBe(0);
    const ends = [...run.store.record(run.flow, run.run).events()].flatMap((event) =>
      event.type === "task-failed" || event.type === "task-succeeded" ? [event.usage?.isOnSpot] : [],
    );
    expect(ends).toEqual([isOnSpot, isOnSpot, isOnSpot]);
    const asked = (await account().proxy.requests()).filter(({ op }) => op === "batch").map(({ key }) => key);
    expect(asked.filter((key) => key === "describejobqueues")).toHaveLength(1);
    expect(asked.filter((key) => key === "describecomputeenvironments")).toHaveLength(1);
  });

  test("Ctrl-C ends the run's jobs, and the run with 130", async () => {
    const machine = await account().machine();
    const run = startFlow(STUMBLE, ["run", "--with", "batch", "--how", "wait"], machine);
    await run.said("attempt 0");
    process.kill(-run.pid, "SIGINT");
    expect(await run.exit()).toMatchObject({ code: 130 });
    expect((await machine.jobs()).map(({ status }) => status)).toEqual(["FAILED"]);
  });

  test("a job whose machine is taken away is started anew, without any @retry", async () => {
    const machine = await account().machine();
    const statusReason = "Host EC2 (instance i-0123456789abcdef0) terminated.";
    await account().proxy.add({ on: DESCRIBED, does: { kind: "rewrite", each: { status: "FAILED", statusReason } } });
    // Of a task that is over its end counts, whatever became of its machine.
    const run = withRun(await millrace(["run", STUMBLE, "--with", "batch", "--how", "linger"], machine));
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).toContain(statusReason);
    const failed = [...run.store.record(run.flow, run.run).events()].filter(({ type }) => type === "task-failed");
    expect(failed).toMatchObject([{ attempt: 0, isInterruption: true, error: { code: "MILLRACE_HOST_LOST" } }]);
  });

  test("a container that is killed leaves no word: the error says what Batch knows and where to look", async () => {
    const machine = await account().machine();
    const run = startFlow(STUMBLE, ["run", "--with", "batch", "--how", "wait"], machine);
    await run.said("attempt 0");
    const [id = ""] = openDatastore(machine.datastore).runs("StumbleFlow");
    const { stdout } = spawnSync("docker", ["ps", "--quiet", "--filter", `name=${id}`], { encoding: "utf8" });
    const ours = stdout.trim().split("\n");
    expect(ours).toHaveLength(1);
    spawnSync("docker", ["kill", ...ours]);
    expect(await run.exit()).toMatchObject({ code: 1 });
    expect(run.stderr()).toMatch(/its container was killed \(exit code 137\) before the step was over/);
    expect(run.stderr()).toMatch(/batch logs/);
  });

  test("a datastore that is a folder is refused before anything starts, with the way out", async () => {
    const machine = await account().machine();
    const { code, stderr } = await millrace(["run", STUMBLE, "--with", "batch"], {
      ...machine,
      datastore: temporaryFolder(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain("--datastore s3://");
    expect(await machine.jobs()).toEqual([]);
  });

  test("--remote sends the steps that carry @batch there, as one array, and no others", async () => {
    const machine = await account().machine();
    const run = withRun(await millrace(["run", flow("wide.ts"), "--remote"], machine));
    expect(run.code, run.stderr).toBe(0);
    expect(readArtifacts(run, "end")).toMatchObject({ total: 5 });
    expect(await machine.jobs()).toHaveLength(3);
    const submitted = (await account().proxy.requests()).filter(({ key }) => key === "submitjob");
    expect(submitted).toMatchObject([{ json: { arrayProperties: { size: 3 } } }]);
  });
});
