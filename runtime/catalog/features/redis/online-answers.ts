import type { Datastore } from "../../../datastore/datastore.ts";
import { type OnlineAnswers, OnlineView } from "../online/online-view.ts";
import { RedisConnection } from "./redis-connection.ts";
import { redisPlace } from "./redis-place.ts";
import { RedisView } from "./redis-view.ts";

/**
 * Answers for a view: out of the snapshot in the datastore, or of the Redis that is set as the online store.
 *
 * @param onlineStore - the address of a Redis; null for none
 */
export function onlineAnswers(
  store: Datastore,
  name: string,
  { onlineStore }: { readonly onlineStore: string | null },
): OnlineAnswers {
  if (onlineStore === null) return new OnlineView(store, name);
  return new RedisView(new RedisConnection(redisPlace(onlineStore)), name);
}
