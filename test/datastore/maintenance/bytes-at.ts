import type { Storage } from "../../../runtime/datastore/storage.ts";
import { restOf } from "../storage/contract/rest-of.ts";

/** The whole object, also one that grows. */
export function bytesAt(storage: Storage, key: string): Buffer {
  return Buffer.from(restOf(storage.tail(key), "latin1"), "latin1");
}
