import { expect, test } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import { versionKey } from "../../../runtime/datastore/kinds/deployment.ts";
import { InstantWatch } from "../../../runtime/deploy/local/instant-watch.ts";
import { KnownDeployments } from "../../../runtime/deploy/local/known-deployments.ts";
import { Troubles } from "../../../runtime/deploy/local/troubles.ts";
import type { ScheduleRule } from "../../../sdk/base/triggers.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { DAILY, deployed } from "../version-of.ts";
import { backdate, everyMinute } from "./local-store.ts";

const NAME = "SampleFlow";
const MINUTE_MS = 60_000;
const NONE_OPEN = { hasOpen: () => false };

/** Half past a minute: three instants of every minute lie in the time that nobody has decided on. */
const NOW = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS / 2;
const DECIDED_UNTIL = NOW - 3 * MINUTE_MS;

/** A store with one deployment, whose versions had these schedules since so many minutes ago; and its scheduler. */
function scheduler() {
  const store = datastoreOn(memoryStorage());
  const tell = () => undefined;
  const known = new KnownDeployments(store, {
    decidedUntil: DECIDED_UNTIL,
    changed: (name, { active }) => watch.changed(name, active),
    failed: tell,
  });
  const inbox = new Inbox(store.storage);
  const context = { id: "one", store, inbox, settings: processSettings(), deployments: known };
  const watch = new InstantWatch({ ...context, troubles: new Troubles(tell), tell }, DECIDED_UNTIL);
  const deploy = (schedule: ScheduleRule | readonly ScheduleRule[], minutesAgo: number) => {
    const schedules = [schedule].flat();
    deployed(store, { triggers: { schedules, events: [], finishes: [] } });
    const sequence = new Deployments(store.storage).state(NAME)?.sequence ?? 0;
    backdate(store, { name: NAME, sequence, time: NOW - minutesAgo * MINUTE_MS });
  };
  const fired = async () => {
    await watch.look(NOW, NONE_OPEN);
    const fires = new Fires(store.storage);
    const instants = fires.names(NAME).map((name) => fires.find(NAME, name)?.trigger.scheduledAt ?? 0);
    return instants.map((instant) => Math.ceil((NOW - instant) / MINUTE_MS)).sort();
  };
  return { store, known, inbox, watch, deploy, fired };
}

test("a schedule that a deployment got a moment ago makes up for no instant before, whether or not a scheduler lived", async () => {
  const [alive, begun] = [scheduler(), scheduler()];
  alive.deploy(DAILY, 600);
  alive.known.load();
  alive.deploy(everyMinute(), 2);
  alive.known.see(alive.inbox.names().changes, NOW);
  begun.deploy(DAILY, 600);
  begun.deploy(everyMinute(), 2);
  begun.known.load();
  expect(await alive.fired()).toEqual([1, 2]);
  expect(await begun.fired()).toEqual([1, 2]);
});

test("a new version with the same schedule still makes up for what was missed", async () => {
  const { known, deploy, fired } = scheduler();
  deploy(everyMinute(), 600);
  deploy(everyMinute(), 1);
  known.load();
  expect(await fired()).toEqual([1, 2, 3]);
});

test("a schedule that was gone in between counts from its return, and so does one of which nobody can say", async () => {
  const [gone, damaged] = [scheduler(), scheduler()];
  for (const { store, known, deploy } of [gone, damaged]) {
    deploy(everyMinute(), 600);
    deploy(store === gone.store ? [] : everyMinute(), 2);
    if (store === damaged.store) store.storage.write(versionKey(NAME, 2), [Buffer.from("{}\n")]);
    deploy(everyMinute(), 1);
    known.load();
  }
  expect(await gone.fired()).toEqual([1]);
  expect(await damaged.fired()).toEqual([1]);
});

test("a schedule beside which another one is added or changed still makes up for what was missed, the new one for none", async () => {
  const { known, deploy, fired } = scheduler();
  const daily = { ...DAILY, cron: "0 3 * * *" };
  deploy([everyMinute({ catchUp: "all" })], 600);
  deploy([daily, everyMinute({ overlap: "skip" })], 1);
  known.load();
  expect(await fired()).toEqual([1, 2, 3]);
  const fresh = scheduler();
  fresh.deploy(DAILY, 600);
  fresh.deploy([DAILY, everyMinute()], 2);
  fresh.known.load();
  expect(await fresh.fired()).toEqual([1, 2]);
});

test("a deployment that a machine made whose clock is ahead is on from now, not from then", () => {
  const { known, deploy } = scheduler();
  deploy(everyMinute(), -600);
  const began = Date.now();
  known.load();
  const { since, schedules } = known.active.get(NAME)!;
  for (const time of [since, schedules[0]?.since ?? 0]) {
    expect(time).toBeGreaterThanOrEqual(began);
    expect(time).toBeLessThanOrEqual(Date.now());
  }
});

test("versions of the past are read once, however often a deployment changes", () => {
  const { store, known, inbox, deploy } = scheduler();
  deploy(everyMinute(), -600);
  for (let version = 2; version <= 5; version += 1) deploy(everyMinute(), -600);
  known.load();
  const read: string[] = [];
  const { storage } = store;
  const reading = storage.read;
  storage.read = (key) => {
    read.push(key);
    return reading(key);
  };
  deploy(everyMinute(), -600);
  known.see(inbox.names().changes, NOW);
  expect(read.filter((key) => key.includes("/versions/"))).toEqual([versionKey(NAME, 6)]);
});

test("an instant that cannot be decided on delays no other one: the scheduler wakes for that as if it were not there", async () => {
  const { store, known, inbox, watch, deploy } = scheduler();
  deploy(everyMinute(), 600);
  known.load();
  const other = { ...everyMinute(), catchUp: "none" } as const;
  deployed(store, { deployment: "other", triggers: { schedules: [other], events: [], finishes: [] } });
  backdate(store, { name: "other", sequence: 1, time: NOW - MINUTE_MS });
  known.see(inbox.names().changes, NOW);
  const broken = () => {
    throw new Error("its fires cannot be read");
  };
  await watch.look(NOW, { hasOpen: (name) => name === NAME && broken() });
  expect(watch.next).toBeLessThan(NOW);
  expect(watch.nextToTry).toBe(NOW + MINUTE_MS / 2);
});
