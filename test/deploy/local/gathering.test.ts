import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { type Datastore, datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { Events } from "../../../runtime/datastore/events.ts";
import { Fires } from "../../../runtime/datastore/fires.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import { processSettings } from "../../../runtime/config.ts";
import { EventIntake } from "../../../runtime/deploy/local/event-intake.ts";
import type { ActiveDeployment, KnownDeployments } from "../../../runtime/deploy/local/known-deployments.ts";
import { keyOfRule, RuleGathering } from "../../../runtime/deploy/local/rule-gathering.ts";
import { Troubles } from "../../../runtime/deploy/local/troubles.ts";
import type { EventRule } from "../../../sdk/base/triggers.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { counted } from "../../rigs/counted-storage.ts";
import { deployed } from "../version-of.ts";

const PAIR: EventRule = { events: ["a", "b"], parameters: {}, policy: "each" };
const BATCH: EventRule = { events: ["a"], parameters: {}, policy: "batch" };
const NAME = "SampleFlow";
const settings = processSettings();
let calls: Record<string, number>;
let store: Datastore;
let events: Events;

beforeEach(() => freshStore());

function freshStore(): void {
  const { storage, calls: counts } = counted(memoryStorage());
  store = datastoreOn(storage);
  calls = counts;
  events = new Events(storage);
}

function activeWith(rule: EventRule): ActiveDeployment {
  const version = deployed(store, { triggers: { schedules: [], events: [rule], finishes: [] } });
  return { name: NAME, version, since: 0, schedules: [] };
}

function publish(name: string): string {
  return events.publish({ name, data: null, username: "ada" }).id;
}

function gathering(rule: EventRule): RuleGathering {
  return new RuleGathering(store, { deployment: NAME, rule: keyOfRule(rule) });
}

/** Ids of the events of each fire. */
function uses(): string[][] {
  const fires = new Fires(store.storage);
  return fires.names(NAME).map((name) => fires.find(NAME, name)?.trigger.events.map(({ id }) => id) ?? []);
}

/** As one scheduler has it. */
function intakeOf(active: ActiveDeployment): EventIntake {
  const tell = () => undefined;
  const deployments = { active: new Map([[NAME, active]]) } as unknown as KnownDeployments;
  const inbox = new Inbox(store.storage);
  return new EventIntake({ id: "one", store, inbox, settings, deployments, troubles: new Troubles(tell), tell });
}

test.each([
  ["a batch rule", BATCH, 2400],
  ["a rule for two events", PAIR, 240],
])("what %s reads for an event does not grow with those that wait", async (_, rule, count) => {
  const active = activeWith(rule);
  const ids = Array.from({ length: count }, (_none, at) => publish(rule.events[at % rule.events.length] ?? ""));
  const intake = intakeOf(active);
  for (const call of Object.keys(calls)) calls[call] = 0;
  const inbox = new Inbox(store.storage);
  while (!(await intake.take(inbox.names().events)));
  for (let [before, isDone] = [-1, false]; !isDone || before < uses().length;) {
    before = uses().length;
    intake.changed(NAME);
    isDone = await intake.fireGathered(() => new Set());
  }
  const fires = uses();
  expect(fires.flat().sort().join("\n") === ids.join("\n")).toBe(true);
  const { read = 0, has = 0, create = 0 } = calls;
  // What a run costs to begin counts as well.
  expect(read).toBeLessThan(count * 4 + fires.length * fires.length + fires.length * 30);
  expect(has).toBeLessThan(count + fires.length * 10 + 50);
  expect(create).toBeLessThan(count * 2 + fires.length * 10 + 50);
});

test("the note of an event that is gathered stays until its rule has looked at what there is", async () => {
  const intake = intakeOf(activeWith(PAIR));
  const inbox = new Inbox(store.storage);
  const id = publish("a");
  await intake.take([id]);
  // A scheduler that dies now leaves it to the others.
  expect(inbox.names().events).toEqual([id]);
  await intake.fireGathered(() => new Set());
  expect(inbox.names().events).toEqual([]);
  expect(uses()).toEqual([]);
});

test("a batch takes no more data than fits, and the rest goes into the next run", async () => {
  const active = activeWith(BATCH);
  const mine = gathering(BATCH);
  const data = "x".repeat(250_000);
  for (let at = 0; at < 20; at += 1) mine.gather(events.publish({ name: "a", data, username: "ada" }).id);
  const open = new Set<string>();
  do await mine.look(active);
  while ((await mine.fire(active, { rule: BATCH, settings, open })) !== null);
  expect(uses().map((used) => used.length)).toEqual([16, 4]);
});

test.each([
  ["each", PAIR],
  ["batch", BATCH],
])("of three schedulers that gather and fire in any order (%s) each event is used once", async (_, rule) => {
  const step = fc.record({ who: fc.nat(2), does: fc.constantFrom("publish", "again", "look", "fire", "restart") });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      freshStore();
      const active = activeWith(rule);
      const all = [gathering(rule), gathering(rule), gathering(rule)];
      const published: string[] = [];
      const fire = (mine: RuleGathering) => mine.fire(active, { rule, settings, open: new Set() });
      for (const [at, { who, does }] of steps.entries()) {
        const mine = all[who]!;
        if (does === "publish") {
          published.push(publish(rule.events[at % rule.events.length] ?? ""));
          mine.gather(published.at(-1)!);
        } else if (does === "again" && published.length > 0) mine.gather(published[at % published.length]!);
        else if (does === "look") await mine.look(active);
        else if (does === "fire") await fire(mine);
        else if (does === "restart") all[who] = gathering(rule);
      }
      const last = all[0]!;
      do await last.look(active);
      while ((await fire(last)) !== null);
      const used = uses().flat();
      expect(new Set(used).size).toBe(used.length);
      const counts = rule.events.map((name) => published.filter((id) => events.find(id)?.name === name).length);
      expect(used).toHaveLength(rule.policy === "batch" ? published.length : 2 * Math.min(...counts));
    }),
    { numRuns: 40 },
  );
});

test("of three schedulers none begins a batch before the run of the last one has ended, however old its list is", async () => {
  const step = fc.record({ who: fc.nat(2), does: fc.constantFrom("publish", "go on", "go on", "go on", "end") });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
      freshStore();
      const active = activeWith(BATCH);
      const inbox = new Inbox(store.storage);
      const listed = () => new Set(inbox.names().fires.map(({ fire }) => fire));
      const end = () => inbox.remove(inbox.names().fires.map(({ fire }) => `fire~${NAME}~${fire}`));
      const all = [0, 1, 2].map(() => ({ mine: gathering(BATCH), open: listed(), next: "list" }));
      let published = 0;
      for (const { who, does } of steps) {
        const one = all[who]!;
        if (does === "publish") {
          one.mine.gather(publish("a"));
          published += 1;
        } else if (does === "end") end();
        else if (one.next === "list") {
          one.open = listed();
          one.next = "look";
        } else if (one.next === "look") {
          await one.mine.look(active);
          one.next = "fire";
        } else {
          await one.mine.fire(active, { rule: BATCH, settings, open: one.open });
          one.next = "list";
          expect([...listed()].length).toBeLessThan(2);
        }
      }
      // What waits is used, by one that knows nothing yet as well.
      const last = gathering(BATCH);
      for (let fired: unknown = "later"; fired !== null;) {
        end();
        await last.look(active);
        fired = await last.fire(active, { rule: BATCH, settings, open: listed() });
      }
      expect(uses().flat()).toHaveLength(published);
    }),
    { numRuns: 60 },
  );
});

test("a batch that another scheduler fires and ends between two lists keeps none from firing the next one", async () => {
  const active = activeWith(BATCH);
  const inbox = new Inbox(store.storage);
  const intake = intakeOf(active);
  publish("a");
  await intake.take(inbox.names().events);
  const other = gathering(BATCH);
  await other.look(active);
  await other.fire(active, { rule: BATCH, settings, open: new Set() });
  publish("a");
  await intake.take(inbox.names().events);
  await intake.fireGathered(() => new Set());
  // It cannot know whether that has ended.
  expect(uses()).toHaveLength(1);
  expect(inbox.names().events).toHaveLength(2);
  await intake.fireGathered(() => new Set());
  expect(uses()).toHaveLength(2);
  // Nor whether the one that it fired has: it looks once more.
  await intake.fireGathered(() => new Set());
  expect(uses()).toHaveLength(2);
  expect(inbox.names().events).toEqual([]);
});
