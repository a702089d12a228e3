import os from "node:os";
import { largest } from "../../../../sdk/base/largest.ts";
import { type Datastore, prepareDatastore } from "../../../datastore/datastore.ts";
import type { FeaturePart } from "../../../datastore/kinds/feature-parts.ts";
import { type FeatureSnapshot, LAYERED_FORMAT } from "../../../datastore/kinds/feature-snapshot.ts";
import type { FeatureVersion } from "../../../datastore/kinds/feature-version.ts";
import { RECORD_FORMAT } from "../../../datastore/records.ts";
import { columnsFor } from "../columns-for.ts";
import { publishToRedis } from "../redis/publish-to-redis.ts";
import { redisPlace } from "../redis/redis-place.ts";
import { featureError } from "../feature-error.ts";
import { NO_KEY } from "../key-index.ts";
import type { Clocks } from "../key-walk.ts";
import { missingColumn } from "../missing-column.ts";
import { pointInTime, windowMsOf } from "../point-in-time.ts";
import type { AggregateSpec, ViewSpec } from "../view-spec.ts";
import { aggregatesFor } from "../with-computed.ts";
import { ClaimedWork } from "./claimed-work.ts";
import type { Extract } from "./extract.ts";
import { hashOfText } from "./definition-record.ts";
import { featureStatistics } from "./feature-statistics.ts";
import { FeatureStore, unlessDamaged } from "./feature-store.ts";
import { joinedExtracts } from "./joined-extracts.ts";
import { isLater, isThere } from "./is-later.ts";
import { type GivenParts, type ReadParts, readParts } from "./read-parts.ts";
import { refuseTwin } from "./refuse-twin.ts";
import { rowsThatTell, type SnapshotRows } from "./snapshot-rows.ts";
import { steadyUntil } from "./steady-until.ts";
import { type StoredParts, writeSnapshot } from "./write-snapshot.ts";

/** Of another number, a snapshot of the same data is made again. */
const METHOD = 2;

export interface MaterializeViewOptions {
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly username: string;
  /** Also where the snapshot that is there answers for a later instant. */
  readonly back?: boolean | undefined;
  /** The address of a Redis that answers as well; null for none. */
  readonly onlineStore?: string | null | undefined;
  /** What tasks have read of the source; else it is read here. */
  readonly given?: GivenParts | undefined;
  /** Called once where another process materializes the view. */
  waits?(by: { readonly host: string; readonly pid: number }): void;
  /** Called for each damaged record that is made anew. */
  onDamage?(problem: string): void;
}

/** What materializing a view came to. */
export interface MaterializedView {
  readonly snapshot: FeatureSnapshot;
  /** How many parts the source has, and how many of them had to be read. */
  readonly parts: number;
  readonly read: number;
  /** False where the snapshot of these data was there. */
  readonly isComputed: boolean;
  /** True where the one that was there answers for a later instant, and was left as it is. */
  readonly isKept: boolean;
}

/**
 * Makes the snapshot that answers for a view online: what `historical` gives for each key at that instant. Data that were read
 * are not read again, and what was computed is not computed again. A snapshot of a later instant is left unless `back` says otherwise.
 *
 * @throws MillraceError `MILLRACE_FEATURE` for a source that cannot be used
 */
export async function materializeView(
  store: Datastore,
  view: ViewSpec,
  options: MaterializeViewOptions,
): Promise<MaterializedView> {
  const { until, back = false, onlineStore = null, waits } = options;
  const redis = onlineStore === null ? null : redisPlace(onlineStore);
  if (Number.isNaN(new Date(until).getTime()))
    throw featureError(`${view.name} cannot be materialized as of ${until}, which is no time`, {
      hint: "milliseconds since 1970, as Date.now() gives them",
    });
  prepareDatastore(store);
  const features = new FeatureStore(store);
  refuseTwin(view.name, features);
  const work = await ClaimedWork.claim({ storage: store.storage, view: view.name, waits: (by) => waits?.(by) });
  try {
    const pace = () => work.renew();
    const did = await inDatastore(features, view, { ...options, pace });
    // Also where nothing changed: an earlier one may have failed there.
    if (redis !== null) await publishToRedis(store, redis, { snapshot: did.snapshot, back, pace });
    return did;
  } finally {
    work.end();
  }
}

async function inDatastore(
  features: FeatureStore,
  view: ViewSpec,
  { until, username, back = false, given, onDamage, pace }: MaterializeViewOptions & { pace(): void },
): Promise<MaterializedView> {
  const { store } = features;
  const { found: before, problem } = unlessDamaged(() => features.snapshot(view.name));
  if (problem !== null) onDamage?.(problem);
  if (!back && isLater(features, before, until)) return kept(before, { parts: 0, read: 0 });
  const aggregates = aggregatesFor(view, [...view.features.keys()]);
  const source = await readParts(view, { features, aggregates, given, pace, onDamage });
  const version = features.versionOf(view, { username });
  const contents = source.parts.map(({ content }) => content);
  const made = hashOfText(JSON.stringify([METHOD, version.hash, contents]));
  const did = { parts: source.parts.length, read: source.read };
  if (before?.made === made && isThere(features, before) && isSteady(before, until)) {
    const same: FeatureSnapshot = { ...before, until, ...presentation(view, version) };
    if (JSON.stringify(same) !== JSON.stringify(before)) features.replaceSnapshot(same);
    return { snapshot: same, ...did, isComputed: false, isKept: false };
  }
  const rows = await rowsAt(view, { source, aggregates, until, pace });
  const same = before?.definition === version.hash ? before : null;
  let stored = await writeSnapshot(store, rows.told, { before: same, pace });
  // One that took this one's place, because nothing was heard of it for long, may have gone on meanwhile.
  const { found: now } = unlessDamaged(() => features.snapshot(view.name));
  if (!back && isLater(features, now, until)) return kept(now, did);
  // Then nothing keeps the parts of the one before.
  if (JSON.stringify(now) !== JSON.stringify(before))
    stored = await writeSnapshot(store, rows.told, { before: null, pace });
  const snapshot = { made, until, steadyUntil: rows.steadyUntil, ...stored, username };
  const whole = snapshotRecord(view, { version, rows, snapshot, parts: source.parts });
  features.replaceSnapshot(whole);
  return { snapshot: whole, ...did, isComputed: true, isKept: false };
}

function kept(snapshot: FeatureSnapshot, did: Pick<MaterializedView, "parts" | "read">): MaterializedView {
  return { snapshot, ...did, isComputed: false, isKept: true };
}

/** Whether the same rows give at that instant what they gave at its own. */
function isSteady({ until: from, steadyUntil: end }: FeatureSnapshot, until: number): boolean {
  return end !== undefined && from <= until && (end === null || until < end);
}

interface RowsAt {
  readonly told: SnapshotRows;
  /** When the newest row happened that was known. */
  readonly newest: number | null;
  readonly steadyUntil: number | null;
}

interface RowsFrom {
  readonly source: ReadParts;
  readonly aggregates: ReadonlyMap<string, AggregateSpec>;
  readonly until: number;
  pace(): void;
}

async function rowsAt(view: ViewSpec, { source, aggregates, until, pace }: RowsFrom): Promise<RowsAt> {
  const windows = [...aggregates.values()].map((spec) => windowMsOf(spec, view.ttlMs));
  // No row that happened by then is in a window any more.
  const after = until - largest(windows);
  const wanted = source.parts.filter(({ newest }) => newest === null || newest > after);
  const extracts = [];
  for (const part of wanted) {
    extracts.push(await source.load(part));
    pace();
  }
  await checkColumns(view, { source, aggregates, pace, extracts });
  const { source: rows, keys } = joinedExtracts(extracts, aggregates);
  const asked = Int32Array.from([...keys.keys(), NO_KEY]);
  const times = new Float64Array(asked.length).fill(until);
  const found = pointInTime(view, aggregates, { source: rows, moments: { count: keys.length, keys: asked, times } });
  const empty = new Map<string, number | null>();
  for (const [name, values] of found) empty.set(name, (values.pop() ?? null) as number | null);
  let newest = newestKnown(rows.clocks, until);
  const others = source.parts.filter((part) => part.newest !== null && !wanted.includes(part));
  for (const part of others.sort((one, other) => other.newest! - one.newest!)) {
    if (newest !== null && newest >= part.newest!) break;
    newest = largestOf(newest, newestKnown(await source.load(part), until));
    pace();
  }
  return {
    told: rowsThatTell({ keys, columns: found, empty }),
    newest,
    steadyUntil: steadyUntil(rows, { until, windows }),
  };
}

function newestKnown({ event, created }: Clocks, until: number): number | null {
  let newest: number | null = null;
  for (const [row, at] of event.entries()) if (at <= until && created[row]! <= until) newest = largestOf(newest, at);
  return newest;
}

function largestOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** A column that the rows of the windows lack is looked for in the others: if none has it, it is a mistake. */
async function checkColumns(
  view: ViewSpec,
  { source, aggregates, pace, extracts }: Omit<RowsFrom, "until"> & { readonly extracts: readonly Extract[] },
): Promise<void> {
  const { values } = columnsFor(view, aggregates);
  const names = new Set(extracts.flatMap((extract) => extract.names));
  const parts = source.parts.filter(({ rows }) => rows > 0);
  const missing = () => values.find((name) => !names.has(name));
  for (const part of parts) {
    if (missing() === undefined) return;
    for (const name of (await source.load(part)).names) names.add(name);
    pace();
  }
  const none = missing();
  if (parts.length > 0 && none !== undefined) throw missingColumn(view, { missing: none, names: [...names] });
}

interface RecordOf {
  readonly version: FeatureVersion;
  readonly rows: RowsAt;
  readonly parts: readonly FeaturePart[];
  readonly snapshot: Pick<FeatureSnapshot, "made" | "until" | "steadyUntil" | "username"> & StoredParts;
}

function snapshotRecord(view: ViewSpec, { version, rows, parts, snapshot }: RecordOf): FeatureSnapshot {
  const { keys, columns } = rows.told;
  return {
    ...{
      format: (snapshot.deltas ?? []).length > 0 ? LAYERED_FORMAT : RECORD_FORMAT,
      view: view.name,
      ...presentation(view, version),
      ...snapshot,
      keys: keys.length,
    },
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    newest: rows.newest,
    statistics: Object.fromEntries([...columns].map(([name, column]) => [name, featureStatistics(column)])),
    ...{ time: Date.now(), host: os.hostname() },
  };
}

/** What may change without any value. */
function presentation({ owner, description, tags, source }: ViewSpec, { number, hash }: FeatureVersion) {
  return { version: number, definition: hash, source: source.title, owner, description, tags };
}
