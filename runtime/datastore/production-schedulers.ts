import {
  parseProductionScheduler,
  type ProductionSchedulerRecord,
  productionSchedulerKey,
} from "./kinds/production-scheduler.ts";
import { isUnreadable } from "./is-unreadable.ts";
import { isAlive, type Observer, thisMachine } from "./reader/is-alive.ts";
import { RECORD_FORMAT } from "./records.ts";
import type { Storage } from "./storage.ts";

/** The signs of life of the schedulers of a store. */
export class ProductionSchedulers {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** In the background where writing takes time. */
  write(record: Omit<ProductionSchedulerRecord, "format">): void | Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify({ format: RECORD_FORMAT, ...record })}\n`);
    return this.#storage.writeSoon(productionSchedulerKey(record.id), [bytes]);
  }

  /** Those that have ended included, without those that cannot be read: they keep no other one from beginning. */
  all(): ProductionSchedulerRecord[] {
    const names = this.#storage.list("schedulers").filter((name) => name.endsWith(".json"));
    const keys = names.map((name) => `schedulers/${name}`);
    this.#storage.ahead(keys.map((key) => ({ op: "read", key })));
    return keys.flatMap((key) => {
      const bytes = this.#storage.read(key);
      try {
        return bytes === null ? [] : parseProductionScheduler(Buffer.from(bytes).toString(), key);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        return [];
      }
    });
  }

  /** Those that are at work. */
  alive(observer: Observer = thisMachine): ProductionSchedulerRecord[] {
    return this.all().filter((record) => isSchedulerAlive(record, observer));
  }

  remove(ids: readonly string[]): void {
    if (ids.length > 0) this.#storage.remove(ids.map(productionSchedulerKey));
  }
}

/** Whether a scheduler is at work, by the last that it said. */
export function isSchedulerAlive(record: ProductionSchedulerRecord, observer: Observer = thisMachine): boolean {
  return record.endedAt === null && isAlive({ heartbeat: record, startedAt: record.time }, observer);
}
