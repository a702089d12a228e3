import { afterEach, beforeEach, expect, test } from "vitest";
import { type Lease, refuseBesideGc, takeLease } from "../../../runtime/datastore/maintenance/lease.ts";
import { latestLease } from "../../../runtime/datastore/maintenance/held-lease.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { ageFiles, careStore } from "./stored-run.ts";

const MINUTE_MS = 60_000;

let storage: Storage;
let folder: string;
let remove: () => void;

beforeEach(() => {
  const made = careStore();
  ({ folder, remove } = made);
  ({ storage } = made.store);
});
afterEach(() => remove());

/** A process somewhere, with a clock that the test sets. */
function somebody(host = "here", { isThere = true } = {}) {
  const clock = { ms: Date.now() };
  return { clock, host, now: () => clock.ms, hasProcess: () => isThere };
}

test("while one gc holds the lease, a second one refuses and says who", () => {
  const held = takeLease(storage, somebody("there"));
  expect(() => takeLease(storage, somebody())).toThrow(/another gc is running in this datastore: process \d+ on there/);
  expect(() => refuseBesideGc(storage, somebody())).toThrow("another gc is running");
  held.end();
  refuseBesideGc(storage, somebody());
  takeLease(storage, somebody()).end();
  expect(storage.list("gc")).toEqual(["lease-2.json"]);
});

test("the lease of a process that is gone is taken over at once, that of another machine after five minutes", () => {
  takeLease(storage, somebody("here"));
  const second = takeLease(storage, somebody("here", { isThere: false }));
  expect(() => second.hold("blobs/sha256/ab")).not.toThrow();
  expect(() => takeLease(storage, somebody("there"))).toThrow("another gc");
  ageFiles(`${folder}/gc`, 4 * MINUTE_MS);
  expect(() => takeLease(storage, somebody("there"))).toThrow("another gc");
  ageFiles(`${folder}/gc`, 6 * MINUTE_MS);
  takeLease(storage, somebody("there")).end();
});

test("who was taken over stops before anything more is removed, and cannot take the lease back by accident", () => {
  const slow = somebody("here");
  const first = takeLease(storage, slow);
  ageFiles(`${folder}/gc`, 6 * MINUTE_MS);
  const second = takeLease(storage, somebody("there"));
  slow.clock.ms += 11_000;
  expect(() => first.hold()).toThrow(/another gc may have started: another one has begun/);
  first.end();
  second.hold("blobs/sha256/00");
  expect(latestLease(storage)?.record).toMatchObject({ host: "there", endedAt: null, sweeping: "blobs/sha256/00" });
});

test("a gc that was not heard of for minutes stops, even if nobody has taken over", () => {
  const slow = somebody();
  const lease = takeLease(storage, slow);
  for (let count = 0; count < 10; count += 1) {
    slow.clock.ms += 3 * MINUTE_MS;
    lease.hold();
  }
  slow.clock.ms += 5 * MINUTE_MS;
  expect(() => lease.hold()).toThrow("nothing was heard of this one for 300 s");
});

test("of many that try at the same moment one wins", () => {
  const ended = takeLease(storage, somebody());
  ended.end();
  // Each sees the ended lease before the next one creates its own.
  const winners: Lease[] = [];
  const trying = (depth: number): Storage => ({
    ...storage,
    create(key, chunks) {
      if (depth > 0) attempt(depth - 1);
      return storage.create(key, chunks);
    },
  });
  function attempt(depth: number): void {
    try {
      winners.push(takeLease(trying(depth), somebody("there")));
    } catch (error) {
      expect((error as { code: string }).code).toBe("MILLRACE_GC_RUNNING");
    }
  }
  attempt(5);
  expect(winners).toHaveLength(1);
  winners[0]?.hold("blobs/sha256/00");
});

test("a damaged lease is taken over after five minutes, one of a newer version never", () => {
  storage.write("gc/lease-7.json", [Buffer.from("{")]);
  expect(() => takeLease(storage, somebody())).toThrow("another gc");
  ageFiles(`${folder}/gc`, 6 * MINUTE_MS);
  takeLease(storage, somebody()).end();
  storage.write("gc/lease-9.json", [Buffer.from('{"format":2}')]);
  expect(() => takeLease(storage, somebody())).toThrow("a newer Millrace wrote it");
});
