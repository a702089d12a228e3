import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import { versionKey } from "../../../runtime/datastore/kinds/deployment.ts";
import { moveKey } from "../../../runtime/datastore/kinds/deployment-move.ts";
import { readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import { fire } from "../../../runtime/deploy/local/fire.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { deployed, type LocalFlows, localFlows, storeFolder } from "./local-store.ts";
import { StartedScheduler, until } from "./started-scheduler.ts";

const BY_HAND = { trigger: { events: [], runs: [], scheduledAt: null }, parameters: {}, settings: processSettings() };
let flows: LocalFlows;

beforeAll(async () => {
  flows = await localFlows({ datastore: storeFolder() });
});

test("a run whose beginner died right after its document was written is begun whole, and runs", async () => {
  const { datastore, cwd } = flows;
  const store = openDatastore(datastore);
  const version = deployed(flows, store, { name: "begun" });
  const { run } = await fire(store, version, { ...BY_HAND, name: "hand-1" });
  for (const file of ["launch.json", "heartbeat.json"]) fs.rmSync(path.join(datastore, "flows/QuickFlow", run, file));
  const scheduler = new StartedScheduler({ datastore, cwd, args: [] });
  const [ended] = await scheduler.count("ended", 1);
  expect(ended).toMatchObject({ run, status: "succeeded" });
  expect(readRunHeader(store, { flow: "QuickFlow", run }).status).toBe("succeeded");
});

test("a slot of a queue that was taken for a run before a scheduler died is that run's", async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "millrace.config.json"), JSON.stringify({ queues: { narrow: { slots: 1 } } }));
  const store = openDatastore(flows.datastore);
  const version = deployed(flows, store, { name: "queued", queue: { name: "narrow", priority: 0 } });
  const first = await fire(store, version, { ...BY_HAND, name: "hand-1" });
  const second = await fire(store, version, { ...BY_HAND, name: "hand-2" });
  const slot = { queue: "narrow", slot: 0, number: 1 };
  expect(new Inbox(store.storage).take(slot, { time: Date.now(), deployment: "queued", fire: "hand-1" })).toBe(true);
  const scheduler = new StartedScheduler({ datastore: flows.datastore, cwd: folder, args: [] });
  const ended = await scheduler.count("ended", 2);
  expect(ended.map(({ run }) => run)).toEqual([first.run, second.run]);
});

test("a deployment whose record is damaged keeps a scheduler from no other one", async () => {
  const store = openDatastore(flows.datastore);
  deployed(flows, store, { name: "damaged" });
  fs.writeFileSync(path.join(flows.datastore, versionKey("damaged", 1)), "{}\n");
  const version = deployed(flows, store, { name: "sound" });
  const { run } = await fire(store, version, { ...BY_HAND, name: "hand-1" });
  const scheduler = new StartedScheduler({ datastore: flows.datastore, cwd: flows.cwd, args: [] });
  const [ended] = await scheduler.count("ended", 1);
  expect(ended).toMatchObject({ run, status: "succeeded" });
  expect(scheduler.of("trouble").map(({ about }) => about)).toContain("damaged");
});

test("an event is published though a deployment cannot be read, and the warning says so", async () => {
  const datastore = storeFolder();
  fs.cpSync(flows.datastore, datastore, { recursive: true });
  const store = openDatastore(datastore);
  const rule = { events: ["rates"], parameters: {}, policy: "each" } as const;
  for (const name of ["bad-move", "bad-version", "good"])
    deployed(flows, store, { name, triggers: { events: [rule] } });
  fs.writeFileSync(path.join(datastore, moveKey("bad-move", 1)), "{}\n");
  fs.writeFileSync(path.join(datastore, versionKey("bad-version", 1)), "{}\n");
  const before = new Inbox(store.storage).names().events;
  const published = await millrace(["event", "publish", "rates"], { datastore });
  expect(published.code, published.stderr).toBe(0);
  expect(new Inbox(store.storage).names().events).toEqual([...before, published.stdout.trim()]);
  expect(published.stderr).toContain("rates is published; the deployment bad-move cannot be read: ");
  expect(published.stderr).toContain("rates is published; the deployment bad-version cannot be read: ");
  expect(published.stderr).toContain("rates is for good");
  const listed = await millrace(["deployments"], { datastore });
  expect(listed.stdout).toContain("good");
  expect(listed.stderr).toContain("bad-move is left out, as it cannot be read: ");
});

test("a deployment whose last change is damaged keeps a scheduler from no other one", async () => {
  const datastore = storeFolder();
  fs.cpSync(flows.datastore, datastore, { recursive: true });
  const store = openDatastore(datastore);
  deployed(flows, store, { name: "bad-move" });
  fs.writeFileSync(path.join(datastore, moveKey("bad-move", 1)), "{}\n");
  const { run } = await fire(store, deployed(flows, store, { name: "fine" }), { ...BY_HAND, name: "hand-1" });
  const scheduler = new StartedScheduler({ datastore, cwd: flows.cwd, args: [] });
  const ended = () => scheduler.of("ended").filter((one) => one.run === run);
  await until(
    () => ended().length > 0,
    () => `the run to end:\n${scheduler.stderr}`,
  );
  expect(ended()).toMatchObject([{ status: "succeeded" }]);
  expect(scheduler.of("trouble").map(({ about }) => about)).toContain("bad-move");
});
