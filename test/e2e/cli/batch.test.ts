import path from "node:path";
import { beforeEach, expect, test } from "vitest";
import { encodeGroup, groupKey } from "../../../runtime/engines/jobs/group-document.ts";
import type { JobGroup } from "../../../runtime/engines/jobs/job-service.ts";
import type { TaskSpec } from "../../../runtime/task/task-spec.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { awsEnvironment, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { makeQueue, setJobStates } from "../../rigs/aws/queue.ts";
import { groupOf, openRecorded } from "../../engines/batch/recorder.ts";
import { groupDocumentOf } from "../../engines/jobs/group-document-of.ts";
import { DOCKER } from "../../rigs/docker/engine.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace } from "../../rigs/harness.ts";
import { flowFolder, SOUND } from "./flow-folder.ts";

const NEED = { name: `${MOTO.name} and ${DOCKER.name}`, missing: MOTO.missing ?? DOCKER.missing };
const OLD_RUN = "20260101-000000000-aaaaa";
const NEW_RUN = "20260202-000000000-bbbbb";

describeWith(NEED, "batch", () => {
  const moto = motoForFile();
  const cwd = flowFolder({ "flow.ts": SOUND });
  const datastore = path.join(cwd, "store");
  let queue: string;

  beforeEach(async () => {
    queue = await makeQueue(moto.url());
  });

  async function batch(...args: string[]) {
    const env = { ...awsEnvironment(moto.url()), MILLRACE_BATCH_QUEUE: queue, MILLRACE_USER: "ada" };
    const [name = "", ...rest] = args;
    return millrace(["batch", "flow.ts", name, ...rest], { cwd, datastore, env });
  }

  function job(run: string, options: Parameters<typeof groupOf>[1] & { name: string }): JobGroup {
    const group = groupOf(options.name, { script: "sleep 600", ...options, run: { flow: "SampleFlow", run } });
    return { ...group, name: `SampleFlow-${run}-${options.name}` };
  }

  /** Jobs that have been submitted and wait. */
  async function submitted(...groups: JobGroup[]): Promise<ReadonlyMap<string, string>> {
    await setJobStates(moto.url(), 600);
    const { service, ids, until } = openRecorded(moto.url(), { queue });
    for (const group of groups) service.submit(group);
    await until(() => ids().size === groups.length);
    return ids();
  }

  test("list shows the user's jobs of the flow: task, state, age, job and reason", async () => {
    const one = job(OLD_RUN, { name: "one", tasks: [{ task: 7, attempt: 0 }] });
    const array = job(NEW_RUN, { name: "array", size: 3, needs: { step: "fit" } });
    const other = job(NEW_RUN, { name: "other", user: "grace" });
    const ids = await submitted(one, array, other);

    const seen = await batch("list");
    expect(seen.code, seen.stderr).toBe(0);
    const lines = seen.stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^TASK +STATE +AGE +USER +JOB$/);
    expect(lines.slice(1).sort()).toEqual([
      expect.stringMatching(`^${OLD_RUN}/train/7 +SUBMITTED +.*ada +${ids.get(one.name)}$`),
      expect.stringMatching(`^${NEW_RUN}/fit \\(3 tasks\\) +3 SUBMITTED +.*ada +${ids.get(array.name)}$`),
    ]);
    const json = await batch("list", "--all", "--step", "train", "--json");
    const jobs = JSON.parse(json.stdout) as { id: string; user: string }[];
    expect(jobs.map(({ id }) => id).sort()).toEqual([ids.get(one.name), ids.get(other.name)].sort());
    expect((await batch("list", "--run", "bbbbb", "--user", "grace")).stdout.trim().split("\n")).toHaveLength(2);
  });

  test("kill ends what is named, and says what it was", async () => {
    const one = job(OLD_RUN, { name: "kill-one", tasks: [{ task: 4, attempt: 0 }] });
    const other = job(NEW_RUN, { name: "kill-other" });
    const ids = await submitted(one, other);
    const seen = await batch("kill", "--run", OLD_RUN);
    expect(seen.code, seen.stderr).toBe(0);
    expect(seen.stdout).toBe(`ended ${OLD_RUN}/train/4 (SUBMITTED, job ${ids.get(one.name)})\n`);
    const left = JSON.parse((await batch("list", "--all", "--json")).stdout) as { id: string; reason: string | null }[];
    const reasonOf = ({ name }: JobGroup) => left.find(({ id }) => id === ids.get(name))?.reason;
    expect([reasonOf(one), reasonOf(other)]).toEqual(["ended by ada with batch kill", null]);
  });

  test("where there is nothing, that is said, and a mistyped step or run is found", async () => {
    const empty = await batch("list", "--user", "nobody");
    expect(empty).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "no job of SampleFlow of nobody is under way on AWS Batch\n",
    });
    expect(JSON.parse((await batch("kill", "--user", "nobody", "--json")).stdout)).toEqual([]);
    await submitted(job(NEW_RUN, { name: "mistyped" }));
    expect(await batch("list", "--step", "trai")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("hint: did you mean train?"),
    });
    expect(await batch("list", "--run", "nosuchrun")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Cannot find the run nosuchrun of SampleFlow"),
    });
  });

  test("a queue that is not there is an error that names those that are", async () => {
    const seen = await batch("list", "--queue", `${queue}x`);
    expect(seen.code).toBe(2);
    expect(seen.stderr).toContain(`Cannot use AWS Batch because there is no job queue ${queue}x`);
    expect(seen.stderr).toContain(`did you mean ${queue}?`);
    const none = await millrace(["batch", "flow.ts", "list"], { cwd, datastore, env: awsEnvironment(moto.url()) });
    expect(none.stderr).toContain("Cannot use AWS Batch because no job queue is named");
  });

  test("logs shows what the datastore has, else what CloudWatch has", async () => {
    await setJobStates(moto.url(), 0);
    const env = { MILLRACE_USER: "ada" };
    expect((await millrace(["run", "flow.ts"], { cwd, datastore, env })).code).toBe(0);
    const stored = await batch("logs", "latest/start");
    expect(stored.stdout).toContain("hello from start");

    const store = openDatastore(datastore);
    const [run = ""] = store.runs("SampleFlow");
    const group = job(run, { name: "lost", script: "echo last words; exit 1", needs: { step: "end" } });
    const spec: TaskSpec = {
      ...{ step: "end", task: 2, attempt: 0, path: "0/2.0", isLastAttempt: true },
      ...{ inputs: [], stack: [], gang: null, caught: null },
    };
    const { tasks: _, ...told } = { ...group, tasks: [spec] };
    store.storage.write(groupKey(group.run, group.name), [encodeGroup(groupDocumentOf(told), [spec])]);
    const { service, ends } = openRecorded(moto.url(), { queue });
    service.submit(group);
    await ends(1);
    const seen = await batch("logs", "latest/end/2");
    expect(seen.stdout, seen.stderr).toBe("last words\n");
    expect(seen.stderr).toContain("from CloudWatch");
    expect(await batch("logs", "latest")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("it is not one task"),
    });
  });

  test("help has an example", async () => {
    for (const name of ["list", "logs", "kill"]) {
      const seen = await batch(name, "--help");
      expect(seen.stdout).toMatch(new RegExp(`Example: millrace flow.ts batch ${name} |Example: .* batch .*${name} `));
    }
  });
});
