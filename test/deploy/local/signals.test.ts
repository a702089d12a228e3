import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { SAME_SIGNAL_MS } from "../../../runtime/cli/same-signal-ms.ts";
import { processSettings } from "../../../runtime/config.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Events } from "../../../runtime/datastore/events.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { ProductionSchedulers } from "../../../runtime/datastore/production-schedulers.ts";
import { readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import { fire } from "../../../runtime/deploy/local/fire.ts";
import { deployed, everyMinute, type LocalFlows, localFlows, storeFolder } from "./local-store.ts";
import { StartedScheduler, until } from "./started-scheduler.ts";

const BY_HAND = { trigger: { events: [], runs: [], scheduledAt: null }, parameters: {}, settings: processSettings() };
/** So often a scheduler gives a sign of life. */
const BEAT_MS = 15_000;
const HOUR_MS = 3_600_000;
let template: string;
let flows: LocalFlows;

beforeAll(async () => {
  template = storeFolder();
  flows = await localFlows({ datastore: template });
});

function freshStore(): LocalFlows {
  const datastore = storeFolder();
  fs.cpSync(template, datastore, { recursive: true });
  return { ...flows, datastore };
}

test("the same signal within two seconds stops the runs of a scheduler, too", async () => {
  const of = freshStore();
  const store = openDatastore(of.datastore);
  const version = deployed(of, store, { name: "long", parameters: { gate: path.join(of.datastore, "never") } });
  const { run } = await fire(store, version, { ...BY_HAND, name: "hand-1" });
  const scheduler = new StartedScheduler({ ...of, args: [] });
  const status = () => readRunHeader(store, { flow: "QuickFlow", run }).status;
  await scheduler.count("started", 1);
  await until(
    () => status() === "running",
    () => "the run to go on",
  );
  // As fast as a person presses it again, and within two seconds on a slow machine as well: faster counts as the same signal.
  const hint = "the same signal within two seconds stops them, too";
  let isHinted = false;
  scheduler.child.stderr?.on("data", () => {
    if (isHinted || !scheduler.stderr.includes(hint)) return;
    isHinted = true;
    setTimeout(() => scheduler.child.kill("SIGINT"), 2 * SAME_SIGNAL_MS);
  });
  scheduler.child.kill("SIGINT");
  expect(await scheduler.ended, scheduler.stderr).toEqual({ code: 0, signal: null });
  // It was waited for, and is not left as one that goes on.
  expect(status()).toBe("failed");
});

test("a scheduler that was stopped while another one took over runs nothing twice and loses nothing", async () => {
  const of = freshStore();
  const store = openDatastore(of.datastore);
  const from = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 2 * HOUR_MS;
  const rule = everyMinute({ cron: `0-5 ${new Date(from).getUTCHours()} * * *` });
  const events = [
    { events: ["row"], parameters: {}, policy: "each" },
    { events: ["row"], parameters: {}, policy: "batch" },
  ] as const;
  const sleeper = new StartedScheduler({ ...of, args: ["--slots", "1"] });
  await sleeper.count("began", 1);
  const publish = () => new Events(store.storage).publish({ name: "row", data: null, username: "ada" });
  deployed(of, store, { name: "shared", time: from - 1, triggers: { schedules: [rule], events } });
  const published = [publish(), publish(), publish()];
  // In the middle of its work.
  await sleeper.count("started", 1);
  sleeper.child.kill("SIGSTOP");
  new StartedScheduler({ ...of, args: ["--slots", "2"] });
  const fires = new Fires(store.storage);
  const open = () => store.storage.list("inbox").filter((name) => /^(fire|event|start)~/.test(name));
  const names = () => fires.names("shared");
  const isDone = () => names().filter((name) => !name.startsWith("batch-")).length === 9 && open().length === 0;
  await until(isDone, () => `all to be done: ${names().join(" ")}\n${open().join(" ")}`);
  const lastBeat = () =>
    new ProductionSchedulers(store.storage).all().find(({ pid }) => pid === sleeper.child.pid)?.time ?? 0;
  await until(
    () => Date.now() - lastBeat() > BEAT_MS + 5_000,
    () => "the sleeper to miss its sign of life",
  );
  sleeper.child.kill("SIGCONT");
  published.push(publish());
  await until(
    () => names().some((name) => name === `event-${published[3]?.id ?? ""}`) && open().length === 0,
    () => `the event after it: ${names().join(" ")}\n${open().join(" ")}`,
  );
  sleeper.child.kill("SIGTERM");
  await sleeper.ended;
  await until(
    () => open().length === 0,
    () => `what was woken up to end: ${open().join(" ")}`,
  );
  const runs = store.runs("QuickFlow").flatMap((run) => {
    const { document, status } = readRunHeader(store, { flow: "QuickFlow", run });
    return document.deployment === undefined ? [] : [{ run, status }];
  });
  expect(runs.filter(({ status }) => status !== "succeeded")).toEqual([]);
  expect(runs.map(({ run }) => run).sort()).toEqual(
    names()
      .map((name) => fires.find("shared", name)?.run)
      .sort(),
  );
  const batches = names().filter((name) => name.startsWith("batch-"));
  const used = batches.flatMap((name) => fires.find("shared", name)?.trigger.events.map(({ id }) => id) ?? []);
  expect(used.sort()).toEqual(published.map(({ id }) => id).sort());
  expect(names().filter((name) => name.startsWith("at-"))).toHaveLength(6);
  expect(names().filter((name) => name.startsWith("event-"))).toHaveLength(4);
});
