import { expect, test } from "vitest";
import { productionSchedulerKey } from "../../runtime/datastore/kinds/production-scheduler.ts";
import { ProductionSchedulers } from "../../runtime/datastore/production-schedulers.ts";
import { memoryStorage } from "../../sdk/testing/memory-storage.ts";

test("a scheduler whose sign of life is damaged or of a newer format hides no other one", () => {
  const storage = memoryStorage();
  const schedulers = new ProductionSchedulers(storage);
  const now = Date.now();
  void schedulers.write({
    ...{ id: "one", host: "here", pid: 1, startedAt: now, time: now, slots: 1, running: 0 },
    ...{ nextDue: null, settledUntil: now, endedAt: null },
  });
  storage.write(productionSchedulerKey("damaged"), [Buffer.from('{"format": 1')]);
  storage.write(productionSchedulerKey("newer"), [Buffer.from('{"format": 1000}')]);
  expect(schedulers.all().map(({ id }) => id)).toEqual(["one"]);
});
