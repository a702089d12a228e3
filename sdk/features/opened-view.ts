import { OnlineView } from "../../runtime/catalog/features/online/online-view.ts";
import { processSettings } from "../../runtime/config.ts";
import { host } from "../base/host.ts";
import { storeOf } from "../client/client-options.ts";

const KEY = Symbol.for("millrace.features");

/** Opened once for a process: by location of the datastore and name of the view. */
export function openedView(name: string, datastore?: string): OnlineView {
  const holder = globalThis as { [KEY]?: Map<string, OnlineView> };
  const opened = (holder[KEY] ??= new Map());
  const location = processSettings().datastoreLocation(datastore ?? host().datastore);
  const key = `${location}\n${name}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const view = new OnlineView(storeOf({ datastore: location }), name);
  opened.set(key, view);
  return view;
}
