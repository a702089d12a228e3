import { isKey } from "../check-key.ts";
import type { Storage } from "../storage.ts";
import { unreadable } from "./needed-blobs.ts";

/**
 * Refuses to go on where a link, a pipe or a device may stand in the place of records: what is listed lacks it silently,
 * and with it all that it needs.
 * @throws MillraceError `MILLRACE_GC_UNREADABLE`
 */
export function refuseStandIns(storage: Storage): void {
  for (const { key, seen } of storage.foreign?.(["flows", "spins"]) ?? [])
    if (mayBeRecord(key)) throw unreadable(key, seen);
}

/** No record has a name that is none of a key, or begins with a dot, as what systems and editors leave does. */
function mayBeRecord(key: string): boolean {
  return isKey(key) && !key.includes("/.");
}
