import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import { Events } from "../../../runtime/datastore/events.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import { ProductionSchedulers } from "../../../runtime/datastore/production-schedulers.ts";
import { fire } from "../../../runtime/deploy/local/fire.ts";
import { processSettings } from "../../../runtime/config.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { deployed, everyMinute, type LocalFlows, localFlows, storeFolder } from "./local-store.ts";
import { StartedScheduler, until } from "./started-scheduler.ts";

const MINUTE_MS = 60_000;
let flows: LocalFlows;
let template: string;

beforeAll(async () => {
  template = storeFolder();
  flows = await localFlows({ datastore: template });
});

/** A copy of the store with the flows' releases, and no deployment. */
function freshStore(): { readonly datastore: string; readonly store: Datastore } {
  const datastore = path.join(temporaryFolder(), "store");
  fs.cpSync(template, datastore, { recursive: true });
  return { datastore, store: openDatastore(datastore) };
}

function start(datastore: string, args: readonly string[] = [], cwd = flows.cwd): StartedScheduler {
  return new StartedScheduler({ datastore, cwd, args });
}

/** Runs of deployments, by their status. */
function statuses(store: Datastore, flow = "QuickFlow"): string[] {
  const headers = store.runs(flow).map((run) => readRunHeader(store, { flow, run }));
  return headers.filter(({ document }) => document.deployment !== undefined).map(({ status }) => status);
}

test("missed instants are caught up with as their rule says: all of them, the last one, or none", async () => {
  const { datastore, store } = freshStore();
  // Three instants, of which the last one was ten minutes ago; the next one is in fifty.
  const minute = new Date(Date.now() - 10 * MINUTE_MS).getUTCMinutes();
  const time = Date.now() - 180 * MINUTE_MS;
  for (const catchUp of ["all", "last", "none"] as const) {
    const rule = everyMinute({ catchUp, cron: `${minute} * * * *`, overlap: "skip" });
    deployed(flows, store, { name: catchUp, time, triggers: { schedules: [rule] } });
  }
  const scheduler = start(datastore);
  await scheduler.count("ended", 4);
  const fires = new Fires(store.storage);
  const all = fires.names("all");
  expect(all).toHaveLength(3);
  expect(fires.names("last")).toEqual(all.slice(2));
  expect(fires.names("none")).toEqual([]);
  expect(statuses(store)).toEqual(["succeeded", "succeeded", "succeeded", "succeeded"]);
  // One after the other.
  const order = scheduler.of("ended").filter(({ deployment }) => deployment === "all");
  expect(order.map(({ run }) => run)).toEqual(all.map((name) => fires.find("all", name)?.run));
  expect(scheduler.of("trouble")).toEqual([]);
});

test("an event starts each deployment that waits for it once, with parameters from its data; a paused one never", async () => {
  const { datastore, store } = freshStore();
  const rule = { events: ["rates"], parameters: { day: "date" }, policy: "each" } as const;
  deployed(flows, store, { name: "on", triggers: { events: [rule] } });
  deployed(flows, store, { name: "off", isPaused: true, triggers: { events: [rule] } });
  const scheduler = start(datastore, ["--slots", "2"]);
  const published = await millrace(["event", "publish", "rates", "--data", '{"day": "monday"}'], { datastore });
  expect(published.code, published.stderr).toBe(0);
  expect(published.stderr).toContain("rates is for on");
  const [ended] = await scheduler.count("ended", 1);
  expect(ended).toMatchObject({ deployment: "on", status: "succeeded" });
  const run = ended?.run ?? "";
  const { document } = readRunHeader(store, { flow: "QuickFlow", run });
  const id = published.stdout.trim();
  expect(document.trigger?.events).toMatchObject([{ id, name: "rates", data: { day: "monday" } }]);
  const shown = await millrace(["dump", `QuickFlow/${run}/start`, "--json"], { datastore });
  expect(shown.stdout).toContain("monday");
  const off = new Deployments(store.storage);
  off.move("off", { expected: 1, action: "unpause", version: 1, isPaused: false, username: "ada" });
  await scheduler.count("deployment", 1);
  const nobody = await millrace(["event", "publish", "nobody"], { datastore });
  expect(nobody.stderr).toContain("no deployment waits for nobody: it starts nothing");
  await scheduler.count("event", 2);
  expect(new Fires(store.storage).names("off")).toEqual([]);
});

test("events of a batch gather while its run goes on, and the next run takes all of them; each event is used once", async () => {
  const { datastore, store } = freshStore();
  const gate = path.join(datastore, "..", "open");
  const rule = { events: ["row"], parameters: {}, policy: "batch" } as const;
  deployed(flows, store, { name: "batch", parameters: { gate }, triggers: { events: [rule] } });
  const events = new Events(store.storage);
  const scheduler = start(datastore);
  const publish = () => events.publish({ name: "row", data: null, username: "ada" }).id;
  const first = publish();
  await scheduler.count("started", 1);
  const others = [publish(), publish(), publish()];
  await scheduler.count("event", 4);
  fs.writeFileSync(gate, "");
  await scheduler.count("ended", 2);
  const fires = new Fires(store.storage);
  const taken = fires.names("batch").map((name) => fires.find("batch", name)?.trigger.events.map(({ id }) => id));
  expect(taken.sort((a, b) => (a?.length ?? 0) - (b?.length ?? 0))).toEqual([[first], others]);
});

test("a trigger for several events waits for one of each, and takes the oldest of each", async () => {
  const { datastore, store } = freshStore();
  const rule = { events: ["a", "b"], parameters: {}, policy: "each" } as const;
  deployed(flows, store, { name: "both", triggers: { events: [rule] } });
  const events = new Events(store.storage);
  const scheduler = start(datastore);
  const published = ["a", "a", "b"].map((name) => events.publish({ name, data: null, username: "ada" }).id);
  const [one] = await scheduler.count("fired", 1);
  await scheduler.count("event", 3);
  const find = () => new Fires(store.storage).find("both", one?.fire ?? "")?.trigger.events.map(({ id }) => id);
  expect(find()?.sort()).toEqual([published[0], published[2]].sort());
  events.publish({ name: "b", data: null, username: "ada" });
  await scheduler.count("ended", 2);
  expect(new Fires(store.storage).names("both")).toHaveLength(2);
});

test("a deployment follows deployed runs that succeeded, not those that a person started", async () => {
  const { datastore, store } = freshStore();
  const version = deployed(flows, store, { name: "quick" });
  deployed(flows, store, { name: "after", flow: "AfterFlow", triggers: { finishes: [{ flow: "QuickFlow" }] } });
  const scheduler = start(datastore);
  await millrace(["run", "quick.ts"], { cwd: flows.cwd, datastore });
  const trigger = { events: [], runs: [], scheduledAt: null };
  const order = { name: "hand-1", trigger, parameters: {}, settings: processSettings() };
  const { run } = await fire(store, version, order);
  expect(await fire(store, version, order)).toEqual({ run, isNew: false, skipped: null });
  await scheduler.count("ended", 2);
  const followers = new Fires(store.storage).names("after");
  expect(followers).toEqual([`finish-QuickFlow-${run}`]);
  expect(statuses(store, "AfterFlow")).toEqual(["succeeded"]);
});

test("a queue's slots hold, higher priority goes first, and status says what a run waits for", async () => {
  const { datastore, store } = freshStore();
  const cwd = temporaryFolder();
  fs.writeFileSync(path.join(cwd, "millrace.config.json"), JSON.stringify({ queues: { nightly: { slots: 1 } } }));
  const gate = path.join(cwd, "open");
  const versions = [0, 5].map((priority) =>
    deployed(flows, store, { name: `p${priority}`, parameters: { gate }, queue: { name: "nightly", priority } }),
  );
  const trigger = { events: [], runs: [], scheduledAt: null };
  const settings = processSettings();
  const first = await fire(store, versions[0]!, { name: "hand-1", trigger, parameters: {}, settings });
  const schedulers = [start(datastore, ["--slots", "4"], cwd), start(datastore, ["--slots", "4"], cwd)];
  const started = () => schedulers.flatMap((one) => one.of("started"));
  await until(
    () => started().length === 1,
    () => "the first start",
  );
  const low = await fire(store, versions[0]!, { name: "hand-2", trigger, parameters: {}, settings });
  const high = await fire(store, versions[1]!, { name: "hand-1", trigger, parameters: {}, settings });
  await until(
    () => [low, high].every(({ run }) => store.record("QuickFlow", run).waits() !== null),
    () => "reasons",
  );
  const status = await millrace(["status", `QuickFlow/${high.run}`], { datastore });
  expect(status.stdout).toMatch(/pending[^]*waits for +a slot of the queue nightly, which has 1/);
  fs.writeFileSync(gate, "");
  await until(
    () => started().length === 3,
    () => "all starts",
  );
  const order = started().map(({ run }) => run);
  await until(
    () => new Set(schedulers.flatMap((one) => one.of("ended")).map(({ run }) => run)).size === 3,
    () => "all to end",
  );
  expect(new Set(order)).toEqual(new Set([first.run, low.run, high.run]));
  const began = (run: string) => readRunHeader(store, { flow: "QuickFlow", run });
  expect(began(high.run).finishedAt).toBeLessThan(began(low.run).finishedAt ?? 0);
});

test("an instant is passed over while the run before it goes on, or waits for it, as its rule says", async () => {
  const { datastore, store } = freshStore();
  const gate = path.join(datastore, "..", "open");
  const now = Date.now();
  // The instant of this minute is on time until the minute is over.
  const at = Math.floor((now - 2_000) / MINUTE_MS) * MINUTE_MS;
  const rules = { skip: everyMinute({ overlap: "skip" }), queue: everyMinute({ overlap: "queue" }) };
  const trigger = { events: [], runs: [], scheduledAt: null };
  for (const [name, rule] of Object.entries(rules)) {
    const version = deployed(flows, store, {
      name,
      parameters: { gate },
      time: at - 1,
      triggers: { schedules: [rule] },
    });
    await fire(store, version, { name: "hand-1", trigger, parameters: {}, settings: processSettings() });
  }
  const scheduler = start(datastore, ["--slots", "4"]);
  const [skipped] = await scheduler.count("skipped", 1);
  expect(skipped).toMatchObject({ deployment: "skip", because: "the run before it still went on" });
  await until(
    () => scheduler.of("fired").some(({ deployment }) => deployment === "queue"),
    () => "the fire of queue",
  );
  expect(new Fires(store.storage).find("skip", skipped?.fire ?? "")?.skipped).toBeDefined();
  fs.writeFileSync(gate, "");
  await until(
    () => scheduler.of("ended").filter(({ deployment }) => deployment === "queue").length >= 2,
    () => "both runs of queue",
  );
});

test("a scheduler that ends leaves its runs going, and the next one sees them to their end", async () => {
  const { datastore, store } = freshStore();
  const gate = path.join(datastore, "..", "open");
  const version = deployed(flows, store, { name: "long", parameters: { gate } });
  const trigger = { events: [], runs: [], scheduledAt: null };
  const { run } = await fire(store, version, { name: "hand-1", trigger, parameters: {}, settings: processSettings() });
  const one = start(datastore);
  await one.count("started", 1);
  await until(
    () => readRunHeader(store, { flow: "QuickFlow", run }).status === "running",
    () => "the run to go on",
  );
  one.child.kill("SIGTERM");
  expect(await one.ended).toEqual({ code: 0, signal: null });
  expect(new ProductionSchedulers(store.storage).alive()).toEqual([]);
  const other = start(datastore);
  await other.count("began", 1);
  expect(readRunHeader(store, { flow: "QuickFlow", run }).status).toBe("running");
  fs.writeFileSync(gate, "");
  expect(await other.count("ended", 1)).toMatchObject([{ run, status: "succeeded" }]);
  expect(other.of("started")).toEqual([]);
});
