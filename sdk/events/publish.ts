import { processSettings } from "../../runtime/config.ts";
import { checkEvent } from "../../runtime/datastore/check-event.ts";
import { openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { Events } from "../../runtime/datastore/events.ts";
import { host } from "../base/host.ts";

/** Options of {@link publish}. */
export interface PublishOptions {
  /**
   * A folder or `s3://bucket/prefix`.
   * @defaultValue inside a step the datastore of its run; else `MILLRACE_DATASTORE`, else the nearest `.millrace` upward
   */
  readonly datastore?: string | undefined;
}

/**
 * Publishes an event: each deployment whose `@trigger` waits for it starts a run. Once this resolves the event is stored,
 * and no scheduler has to be alive for that. A step that runs again publishes another event.
 *
 * @param name - 1 to 200 letters, digits and `_ - . :`
 * @param data - any JSON, at most 256 KiB; a trigger can take parameters from its fields
 * @returns the event's id
 * @throws MillraceError `MILLRACE_EVENT` for a name or data that no event can have
 *
 * @example
 * ```ts
 * import { publish } from "millrace/events";
 *
 * const id = await publish("rates-arrived", { date: "2026-03-01" });
 * ```
 */
export async function publish(name: string, data: unknown = null, options: PublishOptions = {}): Promise<string> {
  const checked = checkEvent(name, data);
  const settings = processSettings();
  const location = settings.datastoreLocation(options.datastore ?? host().datastore);
  const store = openDatastore(location, { settings: settings.store });
  try {
    prepareDatastore(store);
    const { id } = new Events(store.storage).publish({ name, data: checked, username: settings.username });
    store.storage.flush();
    return await Promise.resolve(id);
  } finally {
    store.close();
  }
}
