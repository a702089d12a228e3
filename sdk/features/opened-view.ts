import type { OnlineAnswers } from "../../runtime/catalog/features/online/online-view.ts";
import { onlineAnswers } from "../../runtime/catalog/features/redis/online-answers.ts";
import { processSettings } from "../../runtime/config.ts";
import { host } from "../base/host.ts";
import { storeOf } from "../client/client-options.ts";

const KEY = Symbol.for("millrace.features");

/** Opened once for a process: by the online store, else the location of the datastore, and the name of the view. */
export function openedView(name: string, datastore?: string): OnlineAnswers {
  const holder = globalThis as { [KEY]?: Map<string, OnlineAnswers> };
  const opened = (holder[KEY] ??= new Map());
  const settings = processSettings();
  const { onlineStore } = settings;
  const location = settings.datastoreLocation(datastore ?? host().datastore);
  const key = `${onlineStore ?? location}\n${name}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const view = onlineAnswers(storeOf({ datastore: location }), name, { onlineStore });
  opened.set(key, view);
  return view;
}
