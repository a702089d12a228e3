import { hasCode } from "../../sdk/base/millrace-error.ts";
import type { Datastore } from "../datastore/datastore.ts";
import { Fires } from "../datastore/fires.ts";
import { fireKey, type FireRecord, firesFolder } from "../datastore/kinds/fire.ts";
import { headersAhead } from "../datastore/reader/list-runs.ts";
import { readRunHeader } from "../datastore/reader/read-run.ts";
import type { RunHeader } from "../datastore/reader/run-summary.ts";

/** A run that a deployment started, or is going to start. */
export interface DeploymentRun {
  readonly fire: string;
  readonly record: FireRecord;
  /** Null where there is no run: it was passed over, or has not begun yet. */
  readonly run: RunHeader | null;
}

/** Storages tell times to the second. */
const TICK_MS = 2_000;
/** The clocks of who writes and of the storage differ by less. */
const CLOCKS_MS = 3_600_000;
/** This many are read at once. */
const AHEAD = 64;

/**
 * The runs of a deployment, newest first: what is read does not grow with those before.
 * @param flowOf - of each of its versions
 */
export function deploymentRuns(
  store: Datastore,
  name: string,
  { limit, flowOf }: { readonly limit: number; readonly flowOf: (version: number) => string },
): DeploymentRun[] {
  const fired = newestFires(store, name, limit).map((one) => ({ ...one, flow: flowOf(one.record.version) }));
  const found: DeploymentRun[] = [];
  for (let at = 0; at < fired.length; at += AHEAD) {
    const some = fired.slice(at, at + AHEAD);
    const begun = some.filter(({ record }) => record.skipped === undefined);
    headersAhead(
      store,
      begun.map(({ flow, record: { run } }) => ({ flow, run })),
    );
    for (const { fire, record, flow } of some)
      found.push({
        ...{ fire, record },
        run: record.skipped === undefined ? headerOf(store, { flow, run: record.run }) : null,
      });
  }
  return found;
}

type Fired = Pick<DeploymentRun, "fire" | "record">;

/** Most names of fires do not say when they were decided on: the storage does, of what was not copied there later. */
function newestFires(store: Datastore, name: string, limit: number): Fired[] {
  const prefix = `${firesFolder(name)}/`;
  const stored = [...store.storage.walk(firesFolder(name))].flatMap(({ key, modifiedAt }) => {
    const [, fire] = /^([^/]+)\.json$/.exec(key.slice(prefix.length)) ?? [];
    return fire === undefined ? [] : [{ fire, modifiedAt }];
  });
  stored.sort((a, b) => b.modifiedAt - a.modifiedAt);
  const since = (stored[limit - 1]?.modifiedAt ?? -Infinity) - TICK_MS;
  const recent = stored.filter(({ modifiedAt }) => modifiedAt >= since);
  const found = read(store, name, recent);
  const isCopied = found.some(({ record, modifiedAt }) => Math.abs(record.time - modifiedAt) > CLOCKS_MS);
  const all = isCopied && recent.length < stored.length ? read(store, name, stored) : found;
  return all.sort((a, b) => b.record.time - a.record.time).slice(0, limit);
}

function read<Stored extends Pick<DeploymentRun, "fire">>(
  { storage }: Datastore,
  name: string,
  stored: readonly Stored[],
): (Stored & Fired)[] {
  const fires = new Fires(storage);
  const found: (Stored & Fired)[] = [];
  for (let at = 0; at < stored.length; at += AHEAD) {
    const some = stored.slice(at, at + AHEAD);
    storage.ahead(some.map(({ fire }) => ({ op: "read", key: fireKey(name, fire) })));
    for (const one of some) {
      const record = fires.find(name, one.fire);
      if (record !== null) found.push({ ...one, record });
    }
  }
  return found;
}

function headerOf(store: Datastore, place: { flow: string; run: string }): RunHeader | null {
  try {
    return readRunHeader(store, place);
  } catch (error) {
    if (hasCode(error, "MILLRACE_UNKNOWN_RUN")) return null;
    throw error;
  }
}
