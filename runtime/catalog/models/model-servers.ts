import {
  modelServerKey,
  type ModelServerRecord,
  modelServersFolder,
  parseModelServer,
} from "../../datastore/kinds/model-server.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import { isAlive, type Observer, thisMachine } from "../../datastore/reader/is-alive.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import type { Storage } from "../../datastore/storage.ts";

/** Servers that said nothing for so long are forgotten by the next that starts. */
const FORGOTTEN_AFTER_MS = 24 * 3_600_000;

/** The signs of life of the servers of a store. */
export class ModelServers {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  write(record: Omit<ModelServerRecord, "format">): void {
    this.#storage.write(modelServerKey(record), [
      Buffer.from(`${JSON.stringify({ format: RECORD_FORMAT, ...record })}\n`),
    ]);
  }

  /**
   * All that were not forgotten, the ended ones included; the oldest first. One that cannot be read is none: its server
   * writes it anew, and `check` of the datastore names it.
   */
  of(model: string): ModelServerRecord[] {
    const folder = modelServersFolder(model);
    const names = this.#storage.list(folder).filter((name) => name.endsWith(".json"));
    const keys = names.map((name) => `${folder}/${name}`);
    this.#storage.ahead(keys.map((key) => ({ op: "read", key })));
    const records = keys.flatMap((key) => {
      const bytes = this.#storage.read(key);
      return bytes === null ? [] : readable(Buffer.from(bytes).toString(), key);
    });
    return records.sort((a, b) => a.startedAt - b.startedAt);
  }

  /** Removes what is of no use to anybody any more. */
  forget(model: string, now: number): void {
    const old = this.of(model).filter(({ time }) => now - time > FORGOTTEN_AFTER_MS);
    if (old.length > 0) this.#storage.remove(old.map(modelServerKey));
  }
}

function readable(json: string, key: string): ModelServerRecord[] {
  try {
    return [parseModelServer(json, key)];
  } catch (error) {
    if (isUnreadable(error)) return [];
    throw error;
  }
}

/** Whether a server answers, by the last that it said. */
export function isServerAlive(record: ModelServerRecord, observer: Observer = thisMachine): boolean {
  return record.endedAt === null && isAlive({ heartbeat: record, startedAt: record.time }, observer);
}
