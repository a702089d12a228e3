import { hasCode } from "../../sdk/base/millrace-error.ts";
import type { Datastore } from "../datastore/datastore.ts";
import { Fires } from "../datastore/fires.ts";
import { fireKey, type FireRecord } from "../datastore/kinds/fire.ts";
import { readRunHeader } from "../datastore/reader/read-run.ts";
import type { RunHeader } from "../datastore/reader/run-summary.ts";

/** A run that a deployment started, or is going to start. */
export interface DeploymentRun {
  readonly fire: string;
  readonly record: FireRecord;
  /** Null where there is no run: it was passed over, or has not begun yet. */
  readonly run: RunHeader | null;
}

/** The runs of a deployment, newest first. @param flowOf - of each of its versions */
export function deploymentRuns(
  store: Datastore,
  name: string,
  { limit, flowOf }: { readonly limit: number; readonly flowOf: (version: number) => string },
): DeploymentRun[] {
  const fires = new Fires(store.storage);
  // What has no time in its name may be new.
  const names = fires.names(name).sort((a, b) => (timeIn(a) < timeIn(b) ? 1 : -1));
  const dated = names.filter((one) => timeIn(one) !== UNDATED);
  const chosen = [...names.filter((one) => timeIn(one) === UNDATED), ...dated.slice(0, limit)];
  store.storage.ahead(chosen.map((fire) => ({ op: "read", key: fireKey(name, fire) })));
  const records = chosen.flatMap((fire) => {
    const record = fires.find(name, fire);
    return record === null ? [] : [{ fire, record }];
  });
  records.sort((a, b) => b.record.time - a.record.time);
  return records.slice(0, limit).map(({ fire, record }) => ({
    ...{ fire, record },
    run: record.skipped === undefined ? headerOf(store, { flow: flowOf(record.version), run: record.run }) : null,
  }));
}

const UNDATED = "~";

/** Of `at-20260301T050000Z`, `hand-20260301-050000123-k3x9a` and the like. */
function timeIn(fire: string): string {
  const [, day, clock] = /(\d{8})[T-](\d{6})/.exec(fire) ?? [];
  return day === undefined ? UNDATED : `${day}${clock ?? ""}`;
}

function headerOf(store: Datastore, place: { flow: string; run: string }): RunHeader | null {
  try {
    return readRunHeader(store, place);
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNKNOWN_RUN")) return null;
    throw error;
  }
}
