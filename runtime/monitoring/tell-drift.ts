import { createHash } from "node:crypto";
import os from "node:os";
import type { Datastore } from "../datastore/datastore.ts";
import { Events } from "../datastore/events.ts";
import type { MonitorReport } from "./monitor-model.ts";

/** What an alarm published. */
export interface ToldDrift {
  /** Name and id of the event. */
  readonly event: string;
  readonly id: string;
  /** False where an earlier report of the same time had published it. */
  readonly isNew: boolean;
}

/**
 * Publishes the event `drift:MODEL` of a report that alarms. Time is divided into windows of the report's length: of each one
 * event is published for each version, however often it is looked at.
 */
export function tellDrift(
  store: Datastore,
  { report, username }: { readonly report: MonitorReport; readonly username: string },
): ToldDrift {
  const { model, window, drift } = report;
  const span = window.to - window.from;
  const slot = Math.floor(window.to / span) * span;
  const against = drift.against === "training" ? "training" : drift.against.to - drift.against.from;
  const identity = createHash("sha256")
    .update(JSON.stringify([model, drift.number, span, slot, against]))
    .digest("hex");
  const [day = "", time = ""] = new Date(slot)
    .toISOString()
    .replace(/[-:.Z]/g, "")
    .split("T");
  const id = `${day}-${time}-${identity.slice(0, 16)}`;
  const event = `drift:${model}`;
  const columns = drift.columns.filter(({ isDrifted }) => isDrifted).slice(0, MAX_COLUMNS);
  const data = {
    ...{ model, number: drift.number, window, against: drift.against, falseAlarms: drift.falseAlarms },
    columns: columns.map(({ column, p, psi, effect, shift }) => ({ column, p, psi, effect, shift })),
  };
  const events = new Events(store.storage);
  const isNew = events.find(id) === null;
  events.publishAs({ id, name: event, data, publishedAt: Date.now(), username, host: os.hostname() });
  return { event, id, isNew };
}

const MAX_COLUMNS = 100;
