import { brokenInvariant } from "../../sdk/base/millrace-error.ts";

/** The value of a key that the map is known to hold. */
export function lookup<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw brokenInvariant(`nothing is known of ${String(key)}`);
  return value;
}
