import { parentPort, workerData } from "node:worker_threads";
import { ModelServers } from "../../catalog/models/model-servers.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { processSettings } from "../../config.ts";
import { openDatastore } from "../../datastore/datastore.ts";
import type { SignOfLife, WatchCommand, WatchOptions, WatchReport } from "./model-watch.ts";
import { servedVersionOf } from "./served-version-of.ts";

// Looks again and again which version is meant. A thread of its own: a bucket makes whoever asks it wait.

const { datastore, reference, everyMs } = workerData as WatchOptions;
const store = openDatastore(datastore, { settings: processSettings().store });
let last = "";

function tell(error: unknown): void {
  parentPort?.postMessage({ type: "problem", text: messageOf(error) } satisfies WatchReport);
}

function look(): void {
  let report: WatchReport;
  try {
    report = { type: "version", version: servedVersionOf(store, reference) };
  } catch (error) {
    report = { type: "problem", text: messageOf(error) };
  }
  const text = JSON.stringify(report);
  if (text !== last) parentPort?.postMessage(report);
  last = text;
}

const SIGN_EVERY_MS = 10_000;
const servers = new ModelServers(store.storage);
let sign: SignOfLife | null = null;

/** Whoever waits for a sign that cannot be written finds the server silent. */
function write(endedAt: number | null): void {
  if (sign === null) return;
  try {
    servers.write({ ...sign, time: Date.now(), endedAt });
  } catch (error) {
    tell(error);
  }
}

/** Old signs do no harm: the next server that starts removes them. */
function forgetOld(model: string): void {
  try {
    servers.forget(model, Date.now());
  } catch (error) {
    tell(error);
  }
}

parentPort?.on("message", (command: WatchCommand) => {
  if (command.type === "sign") {
    if (sign === null) forgetOld(command.sign.model);
    sign = command.sign;
    return write(null);
  }
  write(Date.now());
  store.close();
  parentPort?.postMessage({ type: "ended" } satisfies WatchReport);
});

setInterval(() => write(null), SIGN_EVERY_MS);
setInterval(look, everyMs);
look();
