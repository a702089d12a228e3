import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import { millrace } from "../../rigs/harness.ts";
import { flowFile, startFlow, type StartOptions } from "./started-flow.ts";
import { scene } from "./trace.ts";

const BUSY = flowFile("busy.ts");

/** What no busy machine must bring about: a step that was asked to stop has 1 s until SIGTERM and 6 s until SIGKILL. */
const PATIENT = {
  STRETCHED_MS: "1000,6000",
  NODE_OPTIONS: `--import ${new URL("stretch-timers.mjs", import.meta.url).href}`,
};

async function untilBusy(options: StartOptions) {
  const run = startFlow(BUSY, ["run"], { ...options, env: { ...options.env, ...PATIENT } });
  await run.event((event) => event.type === "task-started" && event.step === "work");
  await run.said("spawned");
  return run;
}

function latest(datastore: string) {
  const store = openDatastore(datastore);
  return readRun(store, { flow: "BusyFlow", run: store.runs("BusyFlow").at(-1) ?? "" });
}

test.concurrent.each(["millrace", "tsx"] as const)(
  "Ctrl-C under %s ends the run with 130: the step is told, no process is left, and resume goes on",
  async (by) => {
    const { datastore, env, ran } = scene();
    const run = await untilBusy({ datastore, env: { ...env, CHILDREN: "yes" }, by });
    // As a terminal does: every process in the foreground gets it.
    process.kill(-run.pid, "SIGINT");
    expect(await run.exit(), run.stderr()).toMatchObject({ code: 130 });
    await run.allGone();
    expect(ran()).toEqual(["aborted", "start"]);
    expect(run.stderr()).toContain("interrupted");
    expect(latest(datastore)).toMatchObject({ status: "failed", reason: "interrupted by SIGINT" });
    const resumed = await millrace(["resume", BUSY], { datastore, env });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(ran()).toEqual(["aborted", "end", "start", "work"]);
  },
);

test.concurrent.each(["SIGTERM", "SIGHUP"] as const)("%s ends the run in the same way", async (signal) => {
  const { datastore, env, ran } = scene();
  const run = await untilBusy({ datastore, env });
  process.kill(run.pid, signal);
  expect(await run.exit()).toMatchObject({ code: 130 });
  await run.allGone();
  expect(ran()).toContain("aborted");
  expect(latest(datastore)).toMatchObject({ status: "failed", reason: `interrupted by ${signal}` });
});

test.concurrent("a second Ctrl-C kills at once a step that does not listen", async () => {
  const { datastore, env } = scene();
  const run = await untilBusy({ datastore, env: { ...env, DEAF: "yes" } });
  process.kill(run.pid, "SIGINT");
  await run.said("interrupted");
  // One that comes sooner is taken for the first.
  await pause(300);
  process.kill(run.pid, "SIGINT");
  // Without it the run would not end, as no grace does.
  expect(await run.exit()).toMatchObject({ code: 130 });
  await run.allGone();
  expect(latest(datastore)).toMatchObject({ status: "failed", reason: "interrupted by SIGINT" });
});
