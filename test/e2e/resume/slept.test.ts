import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunDocument } from "../../../runtime/datastore/records.ts";
import { documentKey } from "../../../runtime/datastore/run-keys.ts";
import { readRelease } from "../../../runtime/datastore/kinds/release.ts";
import { begin } from "../../../runtime/launch/run/begin.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { flowFile, startFlow, type StartedFlow } from "./started-flow.ts";

const FLOW = flowFile("sleeper.ts");

interface Scene {
  readonly run: StartedFlow;
  readonly id: string;
  readonly datastore: string;
  readonly env: Record<string, string>;
  journal(): string;
  ran(): string[];
}

/** A run whose scheduler sleeps while its second step goes on: its last sign of life is a minute old. */
async function asleep(): Promise<Scene> {
  const folder = temporaryFolder();
  const datastore = path.join(folder, "store");
  const file = (name: string) => path.join(folder, name);
  const env = { SLEPT_FILE: file("slept"), GO_FILE: file("go"), RAN_FILE: file("ran") };
  const hook = `--import ${new URL("slept.mjs", import.meta.url).href}`;
  const run = startFlow(FLOW, ["run"], { datastore, env: { ...env, NODE_OPTIONS: hook } });
  await run.event((event) => event.type === "task-started" && event.step === "waits");
  const ran = () => fs.readFileSync(env.RAN_FILE, "utf8").trim().split("\n");
  while (!ran().includes("waits")) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(run.pid, "SIGSTOP");
  fs.writeFileSync(env.SLEPT_FILE, "");
  const [id = ""] = openDatastore(datastore).runs("SleeperFlow");
  const place = path.join(datastore, "flows/SleeperFlow", id);
  const beat = JSON.parse(fs.readFileSync(path.join(place, "heartbeat.json"), "utf8")) as { time: number };
  fs.writeFileSync(path.join(place, "heartbeat.json"), `${JSON.stringify({ ...beat, time: beat.time - 60_000 })}\n`);
  return { run, id, datastore, env, ran, journal: () => fs.readFileSync(path.join(place, "journal.jsonl"), "utf8") };
}

/** Claims a run that goes on from that one, as a resume does. */
function claimAfter(store: Datastore, { run, release: hash }: RunDocument): RunDocument {
  const release = { hash: hash ?? "", document: readRelease(store.blobs, hash ?? "") };
  const told = { parameters: {}, username: "ada", tags: [], project: null, originRun: run, millraceVersion: "0.0.0" };
  return begin(release, { store, ...told }).document;
}

test("a scheduler that slept while another run resumed its own ends and writes nothing; its worker commits nothing", async () => {
  const { run, id, datastore, env, ran, journal } = await asleep();
  const before = journal();
  const resumed = await millrace(["resume", FLOW], { datastore, env });
  expect(resumed.code, resumed.stderr).toBe(0);
  const successor = openDatastore(datastore)
    .runs("SleeperFlow")
    .find((other) => other !== id);
  // The worker ends its step before its scheduler awakes.
  fs.writeFileSync(env["GO_FILE"] ?? "", "");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  process.kill(run.pid, "SIGCONT");
  expect(await run.exit()).toMatchObject({ code: 1 });
  expect(run.stderr()).toContain(`SleeperFlow/${successor ?? ""} resumed it while this process slept`);
  await run.allGone();
  expect(journal()).toBe(before);
  const committed = [...openDatastore(datastore).record("SleeperFlow", id).committed()];
  expect(committed.map(({ result }) => result.step)).toEqual(["start"]);
  expect(ran()).toEqual(["start", "waits", "waits", "end"]);
});

test("it ends as well where its worker is still at work, and ends that", async () => {
  const { run, id, datastore, env, journal } = await asleep();
  const before = journal();
  expect((await millrace(["resume", FLOW], { datastore, env })).code).toBe(0);
  process.kill(run.pid, "SIGCONT");
  expect(await run.exit()).toMatchObject({ code: 1 });
  await run.allGone();
  expect(journal()).toBe(before);
  expect([...openDatastore(datastore).record("SleeperFlow", id).committed()]).toHaveLength(1);
});

test("a scheduler that slept alone goes on", async () => {
  const { run, env, ran } = await asleep();
  process.kill(run.pid, "SIGCONT");
  fs.writeFileSync(env["GO_FILE"] ?? "", "");
  expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
  expect(ran()).toEqual(["start", "waits", "end"]);
});

test("a scheduler that awakes just as another run claims its place goes on once that one has withdrawn", async () => {
  const { run, id, datastore, env } = await asleep();
  const store = openDatastore(datastore);
  const record = store.record("SleeperFlow", id);
  const asleepSince = record.heartbeat()?.time ?? 0;
  const claimed = claimAfter(store, record.document());
  process.kill(run.pid, "SIGCONT");
  while (record.heartbeat()?.time === asleepSince) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 300));
  store.storage.remove([documentKey({ flow: "SleeperFlow", run: claimed.run })]);
  fs.writeFileSync(env["GO_FILE"] ?? "", "");
  expect(await run.exit(), run.stderr()).toMatchObject({ code: 0 });
});

test("a run that awoke between the look at it and the claim of its successor is not resumed", async () => {
  const { run, id, datastore, env } = await asleep();
  const store = openDatastore(datastore);
  const document = store.record("SleeperFlow", id).document();
  process.kill(run.pid, "SIGCONT");
  fs.rmSync(env["SLEPT_FILE"] ?? "");
  const beats = () => Date.now() - (store.record("SleeperFlow", id).heartbeat()?.time ?? 0);
  while (beats() > 20_000) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(() => claimAfter(store, document)).toThrow(/still running/);
  expect(store.runs("SleeperFlow").filter((one) => store.storage.has(`flows/SleeperFlow/${one}/run.json`))).toEqual([
    id,
  ]);
  fs.writeFileSync(env["GO_FILE"] ?? "", "");
  expect(await run.exit()).toMatchObject({ code: 0 });
});
