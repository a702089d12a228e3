import { createHash } from "node:crypto";
import os from "node:os";
import type { Datastore } from "../datastore/datastore.ts";
import { Events } from "../datastore/events.ts";
import type { MonitorReport } from "./monitor-report.ts";
import type { TimeWindow } from "./read-requests.ts";

/** What an alarm published. */
export interface ToldDrift {
  /** Name and id of the event. */
  readonly event: string;
  readonly id: string;
  /** The time that was judged. */
  readonly window: TimeWindow;
  /** False where an earlier report of the same time had published it. */
  readonly isNew: boolean;
}

/**
 * The last whole window of this length: time is divided into them, so that each is judged once, whoever looks at it how often.
 * A window that slides along would have another chance to alarm at each look.
 */
export function lastWholeWindow(now: number, spanMs: number): TimeWindow {
  const to = Math.floor(now / spanMs) * spanMs;
  return { from: to - spanMs, to };
}

/** Publishes the event `drift:MODEL` of a report that alarms: one for each window and version, however often it is told. */
export function tellDrift(
  store: Datastore,
  { report, username }: { readonly report: MonitorReport; readonly username: string },
): ToldDrift {
  const { model, window, drift } = report;
  const span = window.to - window.from;
  const against = drift.against === "training" ? "training" : drift.against.to - drift.against.from;
  const identity = createHash("sha256")
    .update(JSON.stringify([model, drift.number, span, window.to, against]))
    .digest("hex");
  const [day = "", time = ""] = new Date(window.to)
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
  return { event, id, window, isNew };
}

const MAX_COLUMNS = 100;
