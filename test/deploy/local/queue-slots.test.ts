import { beforeEach, expect, test } from "vitest";
import { datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { type SlotPlace, slotName } from "../../../runtime/datastore/inbox-names.ts";
import { Inbox } from "../../../runtime/datastore/inbox.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { keyOfFire, QueueSlots } from "../../../runtime/deploy/local/queue-slots.ts";
import type { SchedulerNews } from "../../../runtime/deploy/local/scheduler-news.ts";
import { Troubles } from "../../../runtime/deploy/local/troubles.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";

const QUEUE = "gpu";
let storage: Storage;
let inbox: Inbox;
beforeEach(() => {
  storage = memoryStorage();
  inbox = new Inbox(datastoreOn(storage).storage);
});

function opened(fire: string): { deployment: string; fire: string } {
  const trigger = { events: [], runs: [], scheduledAt: null };
  const of = { time: 1, deployment: "nightly", version: 1, flow: "ScoreFlow", run: fire, trigger };
  inbox.open(fire, { ...of, parameters: {}, queue: { name: QUEUE, priority: 0 }, isInTurn: false });
  return { deployment: "nightly", fire };
}

/** The run has ended. */
function concluded(fire: string): void {
  inbox.remove([`fire~nightly~${fire}`]);
}

function newSlots(tell: (news: SchedulerNews) => void = () => undefined): QueueSlots {
  return new QueueSlots({ inbox, troubles: new Troubles(tell) });
}

/** As of one scheduler, which lists now. */
function slotsNow(mine = newSlots()): QueueSlots {
  const names = inbox.names();
  mine.see(names.slots, new Set(names.fires.map(keyOfFire)));
  return mine;
}

test("a slot that another scheduler took since the last list is lost to all runs of this one", () => {
  for (let number = 1; number <= 4; number += 1) {
    inbox.take({ queue: QUEUE, slot: 0, number }, { time: 1, ...opened(`old-${number}`) });
    concluded(`old-${number}`);
  }
  const [first, second] = [opened("first"), opened("second")];
  const mine = slotsNow();
  const other = opened("other");
  expect(slotsNow().take(QUEUE, { slots: 1, fire: other })).toBe(true);
  expect(mine.isOpen(QUEUE, { slots: 1, fire: first })).toBe(true);
  expect(mine.take(QUEUE, { slots: 1, fire: first })).toBe(false);
  expect(mine.isOpen(QUEUE, { slots: 1, fire: second })).toBe(false);
  expect(mine.take(QUEUE, { slots: 1, fire: second })).toBe(false);
  slotsNow(mine);
  expect(mine.take(QUEUE, { slots: 1, fire: second })).toBe(false);
  concluded("other");
  slotsNow(mine);
  expect(mine.isOpen(QUEUE, { slots: 1, fire: second })).toBe(true);
  expect(mine.take(QUEUE, { slots: 1, fire: second })).toBe(true);
});

test("a list that has a slot and not yet the fire that took it says nothing about its end", () => {
  const first = opened("first");
  const before = new Set(inbox.names().fires.map(keyOfFire));
  const other = opened("other");
  slotsNow().take(QUEUE, { slots: 1, fire: other });
  const mine = newSlots();
  mine.see(inbox.names().slots, before);
  expect(mine.isOpen(QUEUE, { slots: 1, fire: first })).toBe(false);
  expect(mine.take(QUEUE, { slots: 1, fire: first })).toBe(false);
});

test("a scheduler that finds the name of a slot outdated waits for its next list", () => {
  const [first, second] = [opened("first"), opened("second")];
  const mine = slotsNow();
  const place: SlotPlace = { queue: QUEUE, slot: 0, number: 1 };
  inbox.take(place, { time: 1, ...opened("other") });
  slotsNow(mine);
  inbox.remove([slotName(place)]);
  for (const fire of [first, second]) expect(mine.take(QUEUE, { slots: 1, fire })).toBe(false);
  expect(slotsNow(mine).take(QUEUE, { slots: 1, fire: first })).toBe(true);
});

test("a slot stays taken whose note or whose fire's note is damaged, and that is told once", () => {
  const [holder, next] = [opened("holder"), opened("next")];
  inbox.take({ queue: QUEUE, slot: 0, number: 1 }, { time: 1, ...holder });
  storage.write("inbox/fire~nightly~holder.json", [Buffer.from("{}\n")]);
  expect(slotsNow().isOpen(QUEUE, { slots: 1, fire: next })).toBe(false);
  const late = newSlots();
  late.see(inbox.names().slots, new Set());
  expect(late.isOpen(QUEUE, { slots: 1, fire: next })).toBe(false);
  storage.write("inbox/slot~gpu~0~1.json", [Buffer.from("{}\n")]);
  const told: SchedulerNews[] = [];
  const mine = slotsNow(newSlots((news) => told.push(news)));
  for (let look = 0; look < 3; look += 1) expect(mine.take(QUEUE, { slots: 1, fire: next })).toBe(false);
  expect(mine.take(QUEUE, { slots: 2, fire: next })).toBe(true);
  expect(told).toMatchObject([{ type: "trouble", about: "slot 0 of the queue gpu" }]);
});
