import { processSettings } from "../../runtime/config.ts";
import { type Datastore, openDatastore } from "../../runtime/datastore/datastore.ts";
import type { Namespace } from "../../runtime/datastore/reader/namespace.ts";
import { MillraceError } from "../base/millrace-error.ts";
import { host } from "../base/host.ts";
import { nearest } from "../base/nearest.ts";
import { clientState } from "./client-state.ts";

/** Where the client looks, and whose runs it sees. */
export interface ClientOptions {
  /**
   * A folder or `s3://bucket/prefix`.
   * @defaultValue inside a step the datastore of its run; else `MILLRACE_DATASTORE`, else the nearest `.millrace` upward
   */
  readonly datastore?: string | undefined;
  /** Null means `all`. @defaultValue what {@link namespace} set, else `all` */
  readonly namespace?: Namespace | null | undefined;
}

/** Opens the datastore that is meant; one behind a network once for the whole process. */
export function storeOf(options: ClientOptions): Datastore {
  refuseUnknown(options, ["datastore", "namespace"]);
  const settings = processSettings();
  const location = settings.datastoreLocation(options.datastore ?? host().datastore);
  const { stores } = clientState();
  const known = stores.get(location);
  if (known !== undefined) return known;
  const store = openDatastore(location, { settings: settings.store });
  if (store.storage.isRemote) stores.set(location, store);
  return store;
}

/** @throws MillraceError `MILLRACE_USAGE` for an option that nobody reads */
export function refuseUnknown(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot use the option ${unknown} because there is no such option`,
    details: [`options: ${names.join(", ")}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
}
