import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { awsEnvironment } from "../../rigs/aws/moto.ts";
import type { Fault } from "../../rigs/aws/proxy/fault.ts";
import { FaultProxy } from "../../rigs/aws/proxy/fault-proxy.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { type StartedFlow, startFlow } from "../resume/started-flow.ts";
import { accountForFile, BATCH, type BatchMachine } from "./batch-for-file.ts";

const TRAIL = fileURLToPath(new URL("flows/trail.ts", import.meta.url));
const SUBMIT = { op: "batch", key: "submitjob" } as const;
/** Longer than it takes to find out and to kill. */
const unanswered = { kind: "hang", isInBody: true } as const;

interface Scene {
  readonly run: StartedFlow;
  readonly datastore: string;
  /** Lines of the trail. */
  walked(): readonly string[];
  /** Requests of that kind which reached the proxy. */
  seen(op: string, key: string): Promise<number>;
}

interface Place extends BatchMachine {
  readonly proxy: FaultProxy;
  readonly folder: string;
}

interface Moment {
  readonly when: string;
  readonly faults?: readonly Fault[];
  reached(at: Scene): Promise<boolean>;
}

function begun(count: number) {
  return async ({ run }: Scene) => run.events.filter(({ type }) => type === "task-started").length >= count;
}

const MOMENTS: readonly Moment[] = [
  { when: "before anything was submitted", reached: begun(1) },
  {
    when: "when the first job is about to be submitted",
    faults: [{ on: SUBMIT, does: { kind: "hang" } }],
    reached: async ({ seen }) => (await seen("batch", "submitjob")) === 1,
  },
  {
    when: "when the first job is submitted and nobody knows",
    faults: [{ on: SUBMIT, does: unanswered }],
    reached: async ({ walked }) => walked().length > 0,
  },
  { when: "while the first job runs", reached: async ({ walked }) => walked().includes("start") },
  {
    when: "when the first job is over and its outcome is not read yet",
    faults: [{ on: { op: "get", key: "outcome-0" }, does: { kind: "hang" } }],
    reached: async ({ seen }) => (await seen("get", "outcome-0")) > 0,
  },
  { when: "when the first task's end is written down", reached: begun(2) },
  {
    when: "when an array is submitted and nobody knows",
    faults: [{ on: SUBMIT, after: 1, does: unanswered }],
    reached: async ({ walked }) => walked().includes("work 1"),
  },
  {
    when: "while an array runs",
    reached: async ({ walked }) => walked().includes("work 1") && walked().includes("work 0"),
  },
  {
    when: "when one job of an array is over",
    reached: async ({ run }) => run.events.filter(({ type }) => type === "task-succeeded").length >= 2,
  },
  {
    when: "when the last job is submitted and nobody knows",
    faults: [{ on: SUBMIT, after: 2, does: unanswered }],
    reached: async ({ walked }) => walked().includes("end"),
  },
];

describeWith(BATCH, "a batch run whose scheduler is killed", () => {
  const account = accountForFile();
  const places: Place[] = [];
  // The tests run at the same time: each has a proxy of its own, and folders that live as long as the file.
  beforeAll(async () => {
    const { url } = account();
    for (const _ of MOMENTS)
      places.push({ ...(await account().machine()), proxy: await FaultProxy.start(url), folder: temporaryFolder() });
  });
  afterAll(() => Promise.all(places.map(({ proxy }) => proxy.stop())));

  test.concurrent.each(MOMENTS)(
    "$when: is resumed to the undisturbed result, and every task has had one job",
    async ({ when, faults = [], reached }) => {
      const place = places[MOMENTS.findIndex((moment) => moment.when === when)]!;
      const { datastore, proxy, folder, jobs } = place;
      const env = { ...place.env, ...awsEnvironment(proxy.url) };
      const trail = path.join(folder, "trail");
      const walked = () => (fs.existsSync(trail) ? fs.readFileSync(trail, "utf8").trim().split("\n") : []);
      const elsewhere = ["--with", `batch:hostVolumes=["${folder}"]`];
      await proxy.add(...faults);
      const run = startFlow(TRAIL, ["run", ...elsewhere, "--trail", trail], { datastore, env });
      const seen = async (op: string, key: string) =>
        (await proxy.requests()).filter((request) => request.op === op && request.key.includes(key)).length;
      while (!(await reached({ run, datastore, walked, seen }))) {
        if (run.child.exitCode !== null) throw new Error(`the run ended before that:\n${run.stderr()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      process.kill(run.pid, "SIGKILL");
      await run.exit();
      await proxy.clear();

      const resumed = withRun(await millrace(["resume", TRAIL, ...elsewhere], { datastore, env }));
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(readArtifacts(resumed, "end")).toMatchObject({ total: 2 });
      expect([...walked()].sort()).toEqual(["end", "start", "work 0", "work 1"]);
      expect(await jobs()).toHaveLength(4);
      const output = await millrace(["logs", TRAIL, "latest"], { datastore, env });
      for (const step of ["start", "work 0", "work 1", "end"]) expect(output.stdout).toContain(`walked ${step}`);
      expect((await millrace(["fsck", TRAIL], { datastore, env })).code).toBe(0);
      expect(openDatastore(datastore).runs("TrailFlow")).toHaveLength(2);
    },
  );
});
