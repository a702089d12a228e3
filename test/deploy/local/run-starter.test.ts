import { beforeEach, expect, test } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { type Datastore, datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { Fires, instantFire } from "../../../runtime/datastore/fires.ts";
import { fireKey } from "../../../runtime/datastore/kinds/fire.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import type { DeploymentVersion } from "../../../runtime/datastore/kinds/deployment.ts";
import { InstantWatch } from "../../../runtime/deploy/local/instant-watch.ts";
import { KnownDeployments } from "../../../runtime/deploy/local/known-deployments.ts";
import { RunStarter } from "../../../runtime/deploy/local/run-starter.ts";
import type { SchedulerContext } from "../../../runtime/deploy/local/scheduler-context.ts";
import type { SchedulerNews } from "../../../runtime/deploy/local/scheduler-news.ts";
import { Troubles } from "../../../runtime/deploy/local/troubles.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { deployed } from "../version-of.ts";
import { everyMinute } from "./local-store.ts";

const NAME = "SampleFlow";
const NO_ONE = { besides: "" };
let store: Datastore;
let inbox: Inbox;
let ended: string[];
beforeEach(() => {
  store = datastoreOn(memoryStorage());
  inbox = new Inbox(store.storage);
  ended = [];
});

function context(tell: (news: SchedulerNews) => void = () => undefined): SchedulerContext {
  const deployments = new KnownDeployments(store, { changed: () => undefined, failed: () => undefined });
  deployments.load();
  return { id: "one", store, inbox, settings: processSettings(), deployments, troubles: new Troubles(tell), tell };
}

function starter(of = context()): RunStarter {
  // It starts nothing.
  return new RunStarter(of, {
    slots: 0,
    queues: {},
    driverEnded: () => undefined,
    runEnded: (name) => ended.push(name),
  });
}

/** What a scheduler leaves that dies right after it. */
function noted(fire: string, { version }: Pick<DeploymentVersion, "version">): void {
  const trigger = { events: [], runs: [], scheduledAt: null };
  const of = { time: 1, deployment: NAME, version, flow: NAME, run: `run-${fire}`, trigger };
  inbox.open(fire, { ...of, parameters: {}, queue: null, isInTurn: false });
}

test("a fire whose run is not there yet is open, for batches and for instants that are not to overlap", () => {
  noted("batch-x-1", deployed(store));
  const mine = starter();
  mine.see(inbox.names(), 0);
  expect([...mine.openOf(NAME)]).toEqual(["batch-x-1"]);
  expect(mine.hasOpen(NAME, NO_ONE)).toBe(true);
  expect(mine.hasOpen(NAME, { besides: "batch-x-1" })).toBe(false);
  expect(mine.hasOpen("OtherFlow", NO_ONE)).toBe(false);
  inbox.remove([`fire~${NAME}~batch-x-1`]);
  expect([...mine.see(inbox.names(), 1)]).toEqual([NAME]);
  expect(mine.hasOpen(NAME, NO_ONE)).toBe(false);
});

test("nothing waits for a fire whose run cannot be begun", async () => {
  noted("hand-1", { version: deployed(store).version + 1 });
  const mine = starter();
  mine.see(inbox.names(), 0);
  expect(mine.hasOpen(NAME, NO_ONE)).toBe(true);
  mine.see(inbox.names(), 60_000);
  await mine.work(60_000);
  expect(ended).toEqual([NAME]);
  mine.see(inbox.names(), 61_000);
  await mine.work(61_000);
  expect(mine.hasOpen(NAME, NO_ONE)).toBe(false);
  expect([...mine.openOf(NAME)]).toEqual([]);
  // It is told once.
  expect(ended).toEqual([NAME]);
});

test.each([
  ["runs though a scheduler died that was about to fire it", null, undefined],
  ["is passed over while a fire before it has no run yet", "hand-1", "the run before it still went on"],
])("an instant that is not to overlap %s", async (_, other, skipped) => {
  const schedules = [everyMinute({ overlap: "skip", catchUp: "last" })];
  const version = deployed(store, { triggers: { schedules, events: [], finishes: [] } });
  const instant = Math.ceil((Date.now() + 1) / 60_000) * 60_000;
  noted(other ?? instantFire(instant), version);
  const of = context();
  const mine = starter(of);
  mine.see(inbox.names(), instant);
  const watch = new InstantWatch(of, instant - 1);
  watch.changed(NAME, of.deployments.active.get(NAME) ?? null);
  await watch.look(instant + 1, mine);
  const fire = new Fires(store.storage).find(NAME, instantFire(instant));
  expect(fire?.trigger.scheduledAt).toBe(instant);
  expect(fire?.skipped).toBe(skipped);
});

test.each(["{}\n", '{"format": 1000}\n', '{"format": '])(
  "a fire whose note says %j counts as open, is told once, and keeps no other one from being seen and begun",
  async (damaged) => {
    const version = deployed(store);
    for (const fire of ["hand-1", "hand-2"]) noted(fire, version);
    store.storage.write(`inbox/fire~${NAME}~hand-1.json`, [Buffer.from(damaged)]);
    const told: SchedulerNews[] = [];
    const mine = starter(context((news) => told.push(news)));
    for (const now of [0, 60_000]) {
      mine.see(inbox.names(), now);
      await mine.work(now);
    }
    expect(told).toMatchObject([
      { type: "trouble", about: `fire hand-1 of ${NAME}` },
      { type: "fired", fire: "hand-2" },
    ]);
    expect([...mine.openOf(NAME)]).toEqual(["hand-1", "hand-2"]);
    inbox.remove([`fire~${NAME}~hand-2`]);
    mine.see(inbox.names(), 120_000);
    expect(mine.hasOpen(NAME, NO_ONE)).toBe(true);
    expect(mine.hasOpen(NAME, { besides: "hand-1" })).toBe(false);
  },
);

test("a fire of which the decision is damaged counts as open, and keeps no other one from being begun", async () => {
  const version = deployed(store);
  for (const fire of ["hand-1", "hand-2"]) noted(fire, version);
  store.storage.write(fireKey(NAME, "hand-1"), [Buffer.from("{}\n")]);
  const told: SchedulerNews[] = [];
  const mine = starter(context((news) => told.push(news)));
  for (const now of [0, 60_000]) {
    mine.see(inbox.names(), now);
    await mine.work(now);
  }
  expect(told.map(({ type }) => type)).toEqual(["trouble", "fired"]);
  expect([...mine.openOf(NAME)]).toEqual(["hand-1", "hand-2"]);
});
